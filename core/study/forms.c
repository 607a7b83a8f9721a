/* Every key a study may have: what it takes, and its default where that is a word. */
#include <math.h>

#include "muster/study/spec.h"

#define FLAG(name) \
  { name, MUSTER_TAKES_FLAG, NULL, 0, 0 }
#define NUMBER(name, least, most) \
  { name, MUSTER_TAKES_NUMBER, NULL, least, most }
#define WHOLE(name, least, most) \
  { name, MUSTER_TAKES_WHOLE, NULL, least, most }
#define TEXT(name) \
  { name, MUSTER_TAKES_TEXT, NULL, 0, 0 }
#define TEXTS(name) \
  { name, MUSTER_TAKES_TEXTS, NULL, 0, 0 }
#define CHOICE(name, words) \
  { name, MUSTER_TAKES_CHOICE, words, 0, 0 }
#define DATE(name) \
  { name, MUSTER_TAKES_DATE, NULL, 0, 0 }
#define END \
  { NULL, MUSTER_TAKES_FLAG, NULL, 0, 0 }

#define MOST_DRAWS 10000000
#define LEVEL NUMBER("level", 0.5, 0.9999)
#define SEED WHOLE("seed", 0, 9007199254740991.0)
#define DRAWS WHOLE("draws", 9, MOST_DRAWS)
#define ADJUSTMENTS "holm BH hochberg hommel bonferroni BY none"
#define ERRORS                                                                                            \
  CHOICE("errors", "CR1 CR0 CR1P CR2 two-way HC1 iid newey-west driscoll-kraay"), WHOLE("lag", 1, 10000), \
      CHOICE("effects_count", "nested full none"), FLAG("each_way")

static const muster_study_key study[] = {TEXT("title"),
                                         TEXT("question"),
                                         SEED,
                                         LEVEL,
                                         CHOICE("adjust", "none BH holm hochberg hommel bonferroni BY westfall-young"),
                                         {"panel", MUSTER_TAKES_PART, NULL, 0, 0},
                                         {"estimators", MUSTER_TAKES_PART, NULL, 0, 0},
                                         END};

static const muster_study_key panel[] = {TEXT("csv"),
                                         TEXT("delimiter"),
                                         TEXTS("outcome"),
                                         TEXT("unit"),
                                         TEXT("time"),
                                         {"treated_from", MUSTER_TAKES_TREATED, NULL, 0, 0},
                                         TEXT("treated"),
                                         {"starts", MUSTER_TAKES_MAP, NULL, 0, 0},
                                         {"never", MUSTER_TAKES_VALUES, NULL, 0, 0},
                                         TEXTS("missing"),
                                         TEXT("cluster"),
                                         TEXT("stratum"),
                                         TEXT("weight"),
                                         TEXT("per"),
                                         TEXT("taken"),
                                         TEXTS("covariates"),
                                         TEXTS("factors"),
                                         {"where", MUSTER_TAKES_MAP, NULL, 0, 0},
                                         CHOICE("every", "week half-term term year period"),
                                         TEXTS("periods"),
                                         DATE("from"),
                                         DATE("to"),
                                         CHOICE("partial", "treated drop"),
                                         {"eligible", MUSTER_TAKES_FORM, "eligible", 0, 0},
                                         TEXT("definition"),
                                         END};

static const muster_study_key intervention[] = {TEXT("kind"), TEXT("provider"), NUMBER("dose", 0, HUGE_VAL),
                                                DATE("from"), DATE("to"),       END};

static const muster_study_key eligible[] = {NUMBER("at_least", 0, 1), NUMBER("at_most", 0, 1), DATE("from"), DATE("to"),
                                            END};

static const muster_study_key regression[] = {ERRORS, LEVEL, END};
static const muster_study_key event_study[] = {
    ERRORS,        LEVEL, NUMBER("reference", -HUGE_VAL, HUGE_VAL), WHOLE("leads", 1, 10000), WHOLE("lags", 1, 10000),
    FLAG("bands"), END};
static const muster_study_key callaway[] = {CHOICE("control", "never notyet"),
                                            CHOICE("method", "dr reg ipw"),
                                            CHOICE("base", "varying universal"),
                                            NUMBER("anticipation", 0, HUGE_VAL),
                                            NUMBER("balance", 0, HUGE_VAL),
                                            CHOICE("group_weights", "did exact"),
                                            WHOLE("bootstrap", 0, MOST_DRAWS),
                                            SEED,
                                            LEVEL,
                                            FLAG("bands"),
                                            END};
static const muster_study_key imputation[] = {LEVEL, END};
static const muster_study_key permutation[] = {DRAWS, WHOLE("most_exact", 2, MOST_DRAWS), SEED, LEVEL, FLAG("interval"),
                                               END};
static const muster_study_key wild[] = {DRAWS,
                                        CHOICE("weights", "auto rademacher webb mammen"),
                                        FLAG("unrestricted"),
                                        NUMBER("null", -HUGE_VAL, HUGE_VAL),
                                        CHOICE("effects_count", "nested full none"),
                                        SEED,
                                        LEVEL,
                                        END};
static const muster_study_key pairs[] = {DRAWS, SEED, LEVEL, END};
static const muster_study_key nothing[] = {END};
static const muster_study_key rtm[] = {NUMBER("cut", -HUGE_VAL, HUGE_VAL),
                                       FLAG("earlier"),
                                       CHOICE("model", "none normal gamma-poisson beta-binomial"),
                                       NUMBER("mean", -HUGE_VAL, HUGE_VAL),
                                       NUMBER("sd", 0, HUGE_VAL),
                                       NUMBER("correlation", 0, 1),
                                       WHOLE("baselines", 1, 10000),
                                       NUMBER("shape", 0, HUGE_VAL),
                                       NUMBER("a", 0, HUGE_VAL),
                                       NUMBER("b", 0, HUGE_VAL),
                                       WHOLE("sessions", 1, 2000),
                                       WHOLE("later", 1, 2000),
                                       END};
static const muster_study_key its[] = {CHOICE("family", "linear quasi-poisson poisson"),
                                       CHOICE("errors", "newey-west gls prais-winsten iid"),
                                       WHOLE("lag", 1, 10000),
                                       WHOLE("period", 2, 10000),
                                       WHOLE("harmonics", 1, 100),
                                       FLAG("season_levels"),
                                       FLAG("slope"),
                                       NUMBER("level_lead", 0, 10000),
                                       FLAG("comparison"),
                                       FLAG("placebos"),
                                       END};
static const muster_study_key matching[] = {CHOICE("distance", "score mahalanobis"),
                                            NUMBER("caliper", 0, HUGE_VAL),
                                            FLAG("replacement"),
                                            CHOICE("within", "all cluster"),
                                            FLAG("baseline"),
                                            FLAG("adjust"),
                                            FLAG("change"),
                                            DRAWS,
                                            SEED,
                                            END};
static const muster_study_key weighting[] = {FLAG("baseline"), FLAG("adjust"), FLAG("change"), END};
static const muster_study_key synthetic[] = {FLAG("placebos"), {"predictors", MUSTER_TAKES_MAP, NULL, 0, 0}, END};
static const muster_study_key rct[] = {FLAG("baseline"), END};
static const muster_study_key counts[] = {CHOICE("family", "poisson negative-binomial logit"),
                                          CHOICE("errors", "CR1 CR0 CR1P HC1 iid"), LEVEL, END};
static const muster_study_key missing_outcomes[] = {
    WHOLE("imputations", 2, 10000), FLAG("baseline"), NUMBER("shift", -HUGE_VAL, HUGE_VAL), SEED, LEVEL, END};
static const muster_study_key placebo_outcomes[] = {TEXTS("outcomes"), CHOICE("adjust", ADJUSTMENTS), LEVEL, END};
static const muster_study_key subgroups[] = {TEXTS("by"),
                                             CHOICE("adjust", ADJUSTMENTS),
                                             CHOICE("errors", "CR1 CR0 CR1P CR2 HC1 iid"),
                                             CHOICE("effects_count", "nested full none"),
                                             LEVEL,
                                             END};

static const muster_study_key power[] = {CHOICE("by", "simulation clusters pupils blocks means shares series"),
                                         NUMBER("effect", -HUGE_VAL, HUGE_VAL),
                                         NUMBER("start", -HUGE_VAL, HUGE_VAL),
                                         WHOLE("treated", 1, MOST_DRAWS),
                                         DRAWS,
                                         SEED,
                                         NUMBER("alpha", 1e-6, 0.5),
                                         NUMBER("power", 0.01, 0.9999),
                                         WHOLE("groups", 1, MOST_DRAWS),
                                         NUMBER("pupils", 1, MOST_DRAWS),
                                         NUMBER("icc", 0, 1),
                                         NUMBER("share", 0.001, 0.999),
                                         NUMBER("sd", 0, HUGE_VAL),
                                         NUMBER("correlation", -0.9999, 0.9999),
                                         NUMBER("from", 0, 1),
                                         NUMBER("to", 0, 1),
                                         NUMBER("size_cv", 0, 100),
                                         WHOLE("before", 1, 10000),
                                         WHOLE("after", 1, 10000),
                                         NUMBER("r2_between", 0, 0.9999),
                                         NUMBER("r2_within", 0, 0.9999),
                                         WHOLE("covariates", 0, 1000),
                                         END};

const muster_part_form muster_study_forms[] = {{"study", false, study},
                                               {"panel", false, panel},
                                               {"intervention", false, intervention},
                                               {"eligible", false, eligible},
                                               {"twfe", true, regression},
                                               {"did", true, regression},
                                               {"event_study", true, event_study},
                                               {"callaway_santanna", true, callaway},
                                               {"imputation", true, imputation},
                                               {"permutation", true, permutation},
                                               {"wild_bootstrap", true, wild},
                                               {"pairs_bootstrap", true, pairs},
                                               {"before_after", true, nothing},
                                               {"regression_to_the_mean", true, rtm},
                                               {"its", true, its},
                                               {"matching", true, matching},
                                               {"weighting", true, weighting},
                                               {"synthetic_control", true, synthetic},
                                               {"sdid", true, nothing},
                                               {"rct", true, rct},
                                               {"cace", true, nothing},
                                               {"counts", true, counts},
                                               {"multiple_imputation", true, missing_outcomes},
                                               {"subgroups", true, subgroups},
                                               {"placebo_outcomes", true, placebo_outcomes},
                                               {"power", true, power},
                                               {NULL, false, NULL}};
