/* Section 4, Random numbers: contracts of the calls. How the values are distributed is tested in Swift. */
#include <math.h>
#include <stdlib.h>

#include "sections.h"

enum { count = 10007 };
static const memsim_random_key key = {7, 3, 11};

static int philox_known_answers(void) {
  /* Random123, tests/kat_vectors: philox4x32, 10 rounds. */
  static const uint32_t vectors[3][10] = {
      {0, 0, 0, 0, /* counter */ 0, 0, /* key */ 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
       0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
       0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
  };
  for (int i = 0; i < 3; i++) {
    uint32_t out[4];
    ENSURE_OK(memsim_random_philox(vectors[i], vectors[i] + 4, out));
    ENSURE(memcmp(out, vectors[i] + 6, sizeof out) == 0);
  }
  uint32_t out[4];
  ENSURE_FAILS(memsim_random_philox(NULL, vectors[0], out), MEMSIM_ERR_ARGUMENT, "counter");
  ENSURE_FAILS(memsim_random_philox(vectors[0], NULL, out), MEMSIM_ERR_ARGUMENT, "key");
  ENSURE_FAILS(memsim_random_philox(vectors[0], vectors[0], NULL), MEMSIM_ERR_ARGUMENT, "out");
  return 0;
}

/* One fill of every distribution, so that each law below is checked for all of them. */
typedef memsim_status (*filler)(memsim_context *, const memsim_random_key *, void *, memsim_dtype, size_t);
static memsim_status uniform(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_uniform(c, k, -2.5, 4, out, t, n);
}
static memsim_status normal(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_normal(c, k, 1, 2, out, t, n);
}
static memsim_status lognormal(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_lognormal(c, k, 0.5, 0.25, out, t, n);
}
static memsim_status exponential(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_exponential(c, k, 3, out, t, n);
}
static memsim_status poisson(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_poisson(c, k, 4.5, out, t, n);
}
static memsim_status bernoulli(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_bernoulli(c, k, 0.3, out, t, n);
}
static memsim_status integers(memsim_context *c, const memsim_random_key *k, void *out, memsim_dtype t, size_t n) {
  return memsim_random_integers(c, k, -3, 900, out, t, n);
}

typedef struct fill {
  filler call;
  memsim_dtype dtype;
  size_t width; /* bytes of an element */
} fill;

static const fill fills[] = {
    {uniform, MEMSIM_FLOAT32, 4},   {uniform, MEMSIM_FLOAT64, 8},     {normal, MEMSIM_FLOAT32, 4},
    {normal, MEMSIM_FLOAT64, 8},    {lognormal, MEMSIM_FLOAT32, 4},   {lognormal, MEMSIM_FLOAT64, 8},
    {exponential, MEMSIM_FLOAT32, 4}, {exponential, MEMSIM_FLOAT64, 8}, {poisson, MEMSIM_INT32, 4},
    {poisson, MEMSIM_INT64, 8},     {bernoulli, MEMSIM_UINT8, 1},     {integers, MEMSIM_INT32, 4},
    {integers, MEMSIM_INT64, 8},
};
enum { fill_count = sizeof fills / sizeof *fills };
static unsigned char whole[count * 8], pieces[count * 8];

static int every_split_gives_the_same_values(void) {
  static const size_t steps[] = {1, 2, 3, 5, 8, 17, 64, 1000};
  for (int f = 0; f < fill_count; f++) {
    ENSURE_OK(fills[f].call(NULL, &key, whole, fills[f].dtype, count));
    for (size_t at = 0, s = 0; at < count; s++) {
      const size_t step = steps[s % 8] < count - at ? steps[s % 8] : count - at;
      const memsim_random_key part = {key.seed, key.stream, key.offset + at};
      ENSURE_OK(fills[f].call(NULL, &part, pieces + at * fills[f].width, fills[f].dtype, step));
      at += step;
    }
    ENSURE(memcmp(whole, pieces, count * fills[f].width) == 0);
  }
  return 0;
}

static int every_thread_count_gives_the_same_values(void) {
  memsim_context_def def;
  ENSURE_OK(memsim_context_def_init(&def, sizeof def));
  for (int32_t threads = 1; threads <= 3; threads += 2) {
    def.threads = threads;
    memsim_context *context = NULL;
    ENSURE_OK(memsim_context_create(&def, &context));
    for (int f = 0; f < fill_count; f++) {
      ENSURE_OK(fills[f].call(NULL, &key, whole, fills[f].dtype, count));
      ENSURE_OK(fills[f].call(context, &key, pieces, fills[f].dtype, count));
      ENSURE(memcmp(whole, pieces, count * fills[f].width) == 0);
    }
    memsim_context_destroy(context);
  }
  return 0;
}

static int every_part_of_the_key_matters(void) {
  const memsim_random_key others[] = {
      {8, 3, 11}, {7, 4, 11}, {7, 3, 12}, {7 + (1ull << 32), 3, 11}, {7, 3 + (1ull << 32), 11}};
  for (int f = 0; f < fill_count; f++) {
    ENSURE_OK(fills[f].call(NULL, &key, whole, fills[f].dtype, 64));
    for (size_t o = 0; o < sizeof others / sizeof *others; o++) {
      ENSURE_OK(fills[f].call(NULL, &others[o], pieces, fills[f].dtype, 64));
      ENSURE(memcmp(whole, pieces, 64 * fills[f].width) != 0);
    }
  }
  return 0;
}

static int fills_refuse_bad_arguments(void) {
  const memsim_random_key past = {0, 0, (1ull << 63) - 4};
  for (int f = 0; f < fill_count; f++) {
    const memsim_dtype wrong = fills[f].dtype == MEMSIM_UINT8 ? MEMSIM_FLOAT32 : MEMSIM_UINT8;
    memset(whole, 0xa5, sizeof whole);
    ENSURE_FAILS(fills[f].call(NULL, NULL, whole, fills[f].dtype, 8), MEMSIM_ERR_ARGUMENT, "key");
    ENSURE_FAILS(fills[f].call(NULL, &key, NULL, fills[f].dtype, 8), MEMSIM_ERR_ARGUMENT, "out");
    ENSURE_FAILS(fills[f].call(NULL, &key, whole, wrong, 8), MEMSIM_ERR_ARGUMENT, "dtype");
    ENSURE_FAILS(fills[f].call(NULL, &past, whole, fills[f].dtype, 8), MEMSIM_ERR_ARGUMENT, "offset");
    ENSURE_OK(fills[f].call(NULL, &past, pieces, fills[f].dtype, 4));
    ENSURE_OK(fills[f].call(NULL, &key, whole, fills[f].dtype, 0));
    ENSURE_OK(fills[f].call(NULL, &key, NULL, fills[f].dtype, 0));
    for (size_t i = 0; i < sizeof whole; i++) ENSURE(whole[i] == 0xa5);
  }
  return 0;
}

static int distributions_refuse_bad_parameters(void) {
  float out[4];
  int32_t integer[4];
  uint8_t bit[4];
  const double bad[] = {NAN, INFINITY, -INFINITY};
  for (int i = 0; i < 3; i++) {
    const double x = bad[i];
    ENSURE_FAILS(memsim_random_uniform(NULL, &key, x, 1, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "low");
    ENSURE_FAILS(memsim_random_uniform(NULL, &key, 0, x, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "high");
    ENSURE_FAILS(memsim_random_normal(NULL, &key, x, 1, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "mean");
    ENSURE_FAILS(memsim_random_normal(NULL, &key, 0, x, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "std");
    ENSURE_FAILS(memsim_random_lognormal(NULL, &key, x, 1, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "mean");
    ENSURE_FAILS(memsim_random_lognormal(NULL, &key, 0, x, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "sigma");
    ENSURE_FAILS(memsim_random_exponential(NULL, &key, x, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "scale");
    ENSURE_FAILS(memsim_random_poisson(NULL, &key, x, integer, MEMSIM_INT32, 4), MEMSIM_ERR_ARGUMENT, "rate");
    ENSURE_FAILS(memsim_random_bernoulli(NULL, &key, x, bit, MEMSIM_UINT8, 4), MEMSIM_ERR_ARGUMENT, "p");
  }
  ENSURE_FAILS(memsim_random_uniform(NULL, &key, 1, 1, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "low");
  ENSURE_FAILS(memsim_random_normal(NULL, &key, 0, -1, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "std");
  ENSURE_FAILS(memsim_random_lognormal(NULL, &key, 0, -1, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "sigma");
  ENSURE_FAILS(memsim_random_exponential(NULL, &key, 0, out, MEMSIM_FLOAT32, 4), MEMSIM_ERR_ARGUMENT, "scale");
  ENSURE_FAILS(memsim_random_poisson(NULL, &key, 1.1e6, integer, MEMSIM_INT32, 4), MEMSIM_ERR_ARGUMENT, "rate");
  ENSURE_FAILS(memsim_random_poisson(NULL, &key, -1, integer, MEMSIM_INT32, 4), MEMSIM_ERR_ARGUMENT, "rate");
  ENSURE_FAILS(memsim_random_bernoulli(NULL, &key, 1.5, bit, MEMSIM_UINT8, 4), MEMSIM_ERR_ARGUMENT, "p");
  ENSURE_FAILS(memsim_random_integers(NULL, &key, 5, 5, integer, MEMSIM_INT32, 4), MEMSIM_ERR_ARGUMENT, "low");
  ENSURE_FAILS(memsim_random_integers(NULL, &key, 0, 1ll << 40, integer, MEMSIM_INT32, 4), MEMSIM_ERR_ARGUMENT, "high");
  return 0;
}

static int values_stay_in_their_ranges(void) {
  static double reals[count];
  static int64_t whole_numbers[count];
  static uint8_t bits[count];
  ENSURE_OK(memsim_random_uniform(NULL, &key, -2.5, -2.25, reals, MEMSIM_FLOAT64, count));
  for (int i = 0; i < count; i++) ENSURE(reals[i] >= -2.5 && reals[i] < -2.25);
  ENSURE_OK(memsim_random_exponential(NULL, &key, 2, reals, MEMSIM_FLOAT64, count));
  for (int i = 0; i < count; i++) ENSURE(reals[i] >= 0 && isfinite(reals[i]));
  ENSURE_OK(memsim_random_normal(NULL, &key, 3, 0, reals, MEMSIM_FLOAT64, count));
  for (int i = 0; i < count; i++) ENSURE(reals[i] == 3);
  ENSURE_OK(memsim_random_integers(NULL, &key, INT64_MIN, INT64_MAX, whole_numbers, MEMSIM_INT64, count));
  ENSURE_OK(memsim_random_integers(NULL, &key, -1, 2, whole_numbers, MEMSIM_INT64, count));
  for (int i = 0; i < count; i++) ENSURE(whole_numbers[i] >= -1 && whole_numbers[i] < 2);
  ENSURE_OK(memsim_random_poisson(NULL, &key, 0, whole_numbers, MEMSIM_INT64, count));
  for (int i = 0; i < count; i++) ENSURE(whole_numbers[i] == 0);
  for (int p = 0; p <= 1; p++) {
    ENSURE_OK(memsim_random_bernoulli(NULL, &key, p, bits, MEMSIM_UINT8, count));
    for (int i = 0; i < count; i++) ENSURE(bits[i] == p);
  }
  return 0;
}

static const test_case tests[] = {
    {"random.philox", philox_known_answers},
    {"random.split", every_split_gives_the_same_values},
    {"random.threads", every_thread_count_gives_the_same_values},
    {"random.key", every_part_of_the_key_matters},
    {"random.refused", fills_refuse_bad_arguments},
    {"random.parameters", distributions_refuse_bad_parameters},
    {"random.ranges", values_stay_in_their_ranges},
};
SECTION(random, tests);
