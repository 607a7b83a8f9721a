/* Who vouches for a pack: every verdict. */
#include "support.h"

static muster_vouched look(const char *pack, const muster_trust *t, char text[200]) {
  muster_provenance p;
  muster_error err;
  muster_status status = muster_provenance_look(pack, t, &p, &err);
  if (status != MUSTER_OK) fail_msg("%s: %s", err.where, err.what);
  muster_vouched vouched = p.vouched;
  muster_provenance_format(&p, text, 200);
  assert_int_equal(muster_provenance_require(&p, pack, &err), vouched == MUSTER_VOUCHED ? MUSTER_OK : MUSTER_PACK);
  if (vouched != MUSTER_VOUCHED) {
    assert_string_equal(err.where, pack);
    assert_int_not_equal(err.todo[0], 0);
  }
  muster_provenance_free(&p);
  return vouched;
}

static void every_verdict(void **state) {
  (void)state;
  char pack[64], packs[64], text[200];
  new_pack(pack);
  new_folder(packs);
  muster_secret_key ours = a_key(0), theirs = a_key(1);
  trust(packs, &ours, "anna");
  muster_trust t;
  assert_int_equal(muster_trust_read(in(packs, "trusted"), &t, NULL), MUSTER_OK);
  assert_int_equal(t.count, 1);
  assert_string_equal(t.keys[0].name, "anna");

  assert_int_equal(look(pack, &t, text), MUSTER_UNSIGNED);
  assert_string_equal(text, "unsigned");
  assert_int_equal(muster_sums_write(pack, NULL), MUSTER_OK);
  assert_int_equal(look(pack, &t, text), MUSTER_UNSIGNED);
  put(pack, "extra.lua", "x");
  assert_int_equal(look(pack, &t, text), MUSTER_CHANGED);
  assert_string_equal(text, "changed since it was summed up");

  assert_int_equal(muster_provenance_sign(pack, "sample", "1.0.0", &ours, NULL), MUSTER_OK);
  assert_int_equal(look(pack, &t, text), MUSTER_VOUCHED);
  assert_string_equal(text, "signed by anna (key 0101010101010101)");
  assert_int_equal(look(pack, NULL, text), MUSTER_UNKNOWN_KEY);
  put(pack, "rules/one.lua", "changed\n");
  assert_int_equal(look(pack, &t, text), MUSTER_CHANGED);
  assert_string_equal(text, "changed since it was signed");
  put(pack, "rules/one.lua", "one\n");
  assert_int_equal(look(pack, &t, text), MUSTER_VOUCHED);

  /* Sums that fit the files and not the signature. */
  char sums[1024], signature[1024];
  get(pack, "pack.sums.minisig", signature, sizeof signature);
  put(pack, "rules/one.lua", "changed\n");
  assert_int_equal(muster_sums_write(pack, NULL), MUSTER_OK);
  put(pack, "pack.sums.minisig", signature);
  assert_int_equal(look(pack, &t, text), MUSTER_BAD_SIGNATURE);
  assert_string_equal(text, "signature not good");

  assert_int_equal(muster_provenance_sign(pack, "sample", "1.0.0", &theirs, NULL), MUSTER_OK);
  assert_int_equal(look(pack, &t, text), MUSTER_UNKNOWN_KEY);
  assert_string_equal(text, "signed by an unknown key (0202020202020202)");

  /* A key of the trusted one's id that is not that key. */
  memcpy(theirs.public_key.id, ours.public_key.id, MUSTER_KEY_ID);
  assert_int_equal(muster_provenance_sign(pack, "sample", "1.0.0", &theirs, NULL), MUSTER_OK);
  assert_int_equal(look(pack, &t, text), MUSTER_BAD_SIGNATURE);

  put(pack, "pack.sums.minisig", "no signature\n");
  assert_int_equal(look(pack, &t, text), MUSTER_BAD_SIGNATURE);
  assert_int_equal(muster_provenance_sign(pack, "sample", "1.0.0", &ours, NULL), MUSTER_OK);
  get(pack, "pack.sums", sums, sizeof sums);
  assert_int_equal(unlink(in(pack, "pack.sums")), 0);
  assert_int_equal(look(pack, &t, text), MUSTER_BAD_SIGNATURE);
  put(pack, "pack.sums", sums);
  assert_int_equal(look(pack, &t, text), MUSTER_VOUCHED);
  muster_trust_free(&t);
  remove_folder(pack);
  remove_folder(packs);
}

static void the_digest_stands_for_the_content_alone(void **state) {
  (void)state;
  char a[64], b[64];
  new_pack(a);
  new_pack(b);
  muster_secret_key key = a_key(0);
  assert_int_equal(muster_provenance_sign(b, "sample", "1.0.0", &key, NULL), MUSTER_OK);
  muster_provenance x, y;
  char sums[MUSTER_DIGEST_TEXT];
  assert_int_equal(muster_provenance_look(a, NULL, &x, NULL), MUSTER_OK);
  assert_int_equal(muster_provenance_look(b, NULL, &y, NULL), MUSTER_OK);
  assert_string_equal(x.digest, y.digest);
  assert_int_equal(muster_digest_file(in(b, "pack.sums"), sums, NULL), MUSTER_OK);
  assert_string_equal(y.digest, sums);
  muster_provenance_free(&x);
  muster_provenance_free(&y);
  put(a, "rules/one.lua", "One\n");
  assert_int_equal(muster_provenance_look(a, NULL, &x, NULL), MUSTER_OK);
  assert_string_not_equal(x.digest, sums);
  muster_provenance_free(&x);
  remove_folder(a);
  remove_folder(b);
}

static void damaged_or_linked_sums_are_an_error(void **state) {
  (void)state;
  char pack[64];
  new_pack(pack);
  muster_provenance p;
  muster_error err;
  put(pack, "pack.sums", "these are no sums\n");
  assert_int_equal(muster_provenance_look(pack, NULL, &p, &err), MUSTER_PACK);
  assert_string_equal(err.where, in(pack, "pack.sums:1"));
  assert_int_equal(unlink(in(pack, "pack.sums")), 0);
  assert_int_equal(symlink("/etc/passwd", in(pack, "pack.sums")), 0);
  assert_int_equal(muster_provenance_look(pack, NULL, &p, &err), MUSTER_PACK);
  assert_int_equal(unlink(in(pack, "pack.sums")), 0);
  assert_int_equal(shell("truncate -s 8K %s/pack.sums.minisig", pack), 0);
  assert_int_equal(muster_provenance_look(pack, NULL, &p, &err), MUSTER_PACK);
  remove_folder(pack);
}

static void a_damaged_trusted_key_stops_everything(void **state) {
  (void)state;
  char packs[64];
  new_folder(packs);
  muster_secret_key key = a_key(0);
  trust(packs, &key, "anna");
  put(packs, "trusted/broken.pub", "nothing\n");
  put(packs, "trusted/README", "not a key, and not taken for one\n");
  muster_trust t;
  muster_error err;
  assert_int_equal(muster_trust_read(in(packs, "trusted"), &t, &err), MUSTER_DATA);
  assert_string_equal(err.where, in(packs, "trusted/broken.pub"));
  assert_int_equal(muster_trust_read(in(packs, "nowhere"), &t, &err), MUSTER_OK);
  assert_int_equal(t.count, 0);
  assert_int_equal(muster_trust_read_key(in(packs, "trusted/anna.pub"), &t, &err), MUSTER_OK);
  assert_string_equal(t.keys[0].name, "anna");
  muster_trust_free(&t);
  remove_folder(packs);
}

static void no_allocation_is_taken_for_granted(void **state) {
  (void)state;
  char pack[64], packs[64];
  new_pack(pack);
  new_folder(packs);
  muster_secret_key key = a_key(0);
  trust(packs, &key, "anna");
  muster_status status = MUSTER_MEMORY;
  for (long nth = 1; status == MUSTER_MEMORY && nth < 2000; nth++) {
    muster_trust t = {.count = 0};
    muster_provenance p = {.vouched = MUSTER_UNSIGNED};
    muster_alloc_fail_at(nth);
    status = muster_trust_read(in(packs, "trusted"), &t, NULL);
    if (status == MUSTER_OK) status = muster_provenance_sign(pack, "sample", "1.0.0", &key, NULL);
    if (status == MUSTER_OK) status = muster_provenance_look(pack, &t, &p, NULL);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) assert_int_equal(p.vouched, MUSTER_VOUCHED);
    muster_provenance_free(&p);
    muster_trust_free(&t);
  }
  assert_int_equal(status, MUSTER_OK);
  remove_folder(pack);
  remove_folder(packs);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_verdict),
      cmocka_unit_test(the_digest_stands_for_the_content_alone),
      cmocka_unit_test(damaged_or_linked_sums_are_an_error),
      cmocka_unit_test(a_damaged_trusted_key_stops_everything),
      cmocka_unit_test(no_allocation_is_taken_for_granted),
  };
  return cmocka_run_group_tests_name("provenance", tests, NULL, NULL);
}
