/* Invented names: places that are on no map, each school marked as synthetic. */
#include <stdio.h>
#include <string.h>

#include "plan.h"

static const char *const fronts[] = {"Alder",  "Amber",  "Ash",    "Barrow", "Birch", "Bracken", "Brook",   "Cinder",
                                     "Clay",   "Copper", "Corn",   "Dusk",   "Elder", "Fallow",  "Fern",    "Finch",
                                     "Gale",   "Gorse",  "Harrow", "Hazel",  "Heron", "Juniper", "Kestrel", "Lark",
                                     "Linden", "Marl",   "Mist",   "Osier",  "Otter", "Plover",  "Quill",   "Reed",
                                     "Rook",   "Sedge",  "Slate",  "Sorrel", "Tansy", "Thorn",   "Willow",  "Yarrow"};
static const char *const backs[] = {"mere",  "combe", "hurst", "wick",  "leigh", "stead",  "ford",
                                    "holme", "dale",  "beck",  "marsh", "field", "bridge", "gate",
                                    "croft", "well",  "moor",  "haven", "cote",  "ridge"};
static const char *const regions[] = {"East Midlands", "East of England", "London",
                                      "North East",    "North West",      "South East",
                                      "South West",    "West Midlands",   "Yorkshire and The Humber"};
static const char *const trusts[] = {"Beacon",  "Compass", "Harbour", "Keystone", "Lantern",  "Meridian",
                                     "Orchard", "Pathway", "Summit",  "Tapestry", "Waypoint", "Wellspring"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

void synth_names(const muster_synth_plan *plan, size_t index, muster_synth_school *out) {
  static const char *const kinds[] = {"Primary School", "Academy", "School"};
  enum { PLACES = COUNT(fronts) * COUNT(backs), SCHOOLS_AN_AUTHORITY = 25, SCHOOLS_A_TRUST = 8 };
  const synth_site *site = &plan->sites[index];
  uint64_t seed = plan->spec.seed, start = synth_mix(seed) % PLACES;
  size_t place = (size_t)((start + index * 337) % PLACES); /* 337 shares no factor with the number of places */
  size_t front = place % COUNT(fronts), back = place / COUNT(fronts), round = index / PLACES;
  int width = plan->spec.schools > 9999 ? 7 : 4;
  out->index = index;
  out->phase = site->phase;
  snprintf(out->id, sizeof out->id, "S%0*zu", width, (index + 1) % 100000000);
  char again[24] = "";
  if (round) snprintf(again, sizeof again, " %zu", round + 1);
  snprintf(out->name, sizeof out->name, "%s%s %s%s (synthetic)", fronts[front], backs[back], kinds[site->phase], again);
  size_t authority = index / SCHOOLS_AN_AUTHORITY, trust = index / SCHOOLS_A_TRUST;
  size_t shire = (size_t)((start + authority * 111) % PLACES);
  snprintf(out->local_authority, sizeof out->local_authority, "%s%sshire", fronts[shire % COUNT(fronts)],
           backs[shire / COUNT(fronts)]);
  out->region = regions[(start + authority) % COUNT(regions)];
  out->trust[0] = '\0'; /* two schools in five are maintained by the authority and in no trust */
  if (synth_mix(seed ^ index << 8) % 5 >= 2)
    snprintf(out->trust, sizeof out->trust, "%s Learning Trust %zu", trusts[trust % COUNT(trusts)],
             trust / COUNT(trusts) + 1);
}
