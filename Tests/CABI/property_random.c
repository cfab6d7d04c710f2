/* See property.h: sections 3 to 5 of memsim.h. */
#include "property.h"

#include <math.h>
#include <string.h>

typedef struct fill {
  memsim_context *context;
  const memsim_random_key *key;
  void *out;
  memsim_dtype dtype;
  size_t count;
} fill;

static const memsim_random_key *any_key(size_t count) {
  if (chance(bad_rate)) {
    blame(MEMSIM_ERR_ARGUMENT, "key");
    return NULL;
  }
  memsim_random_key *key = input_buffer(sizeof *key);
  *key = (memsim_random_key){any64(), any64(), any64() >> (2 + below(62))};
  if (chance(4)) key->offset = (1ull << 63) - (count ? count : 1);
  if (count && chance(bad_rate)) {
    key->offset = chance(2) ? (1ull << 63) - count + 1 : UINT64_MAX - below(3 * count);
    blame(MEMSIM_ERR_ARGUMENT, "offset");
  }
  return key;
}

/* The operands that every fill has. */
static fill any_fill(memsim_dtype one, memsim_dtype other) {
  fill f = {.context = any_context(), .count = chance(8) ? 0 : below(3000), .dtype = dtype_of(one, other)};
  f.key = any_key(f.count);
  f.out = f.count ? results(f.dtype, f.count) : NULL;
  return f;
}

static int uniform(void) {
  const fill f = any_fill(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const double low = finite_parameter("low", 1e3), high = finite_parameter("high", 1e3);
  if (isfinite(low) && isfinite(high) && !(low < high)) blame(MEMSIM_ERR_ARGUMENT, "low");
  return judge("uniform", memsim_random_uniform(f.context, f.key, low, high, f.out, f.dtype, f.count), NULL);
}

static int normal(void) {
  const fill f = any_fill(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const double mean = finite_parameter("mean", 1e6), std = positive_parameter("std", 1e3);
  return judge("normal", memsim_random_normal(f.context, f.key, mean, std, f.out, f.dtype, f.count), NULL);
}

static int lognormal(void) {
  const fill f = any_fill(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const double mean = finite_parameter("mean", 1e3), sigma = positive_parameter("sigma", 10);
  return judge("lognormal", memsim_random_lognormal(f.context, f.key, mean, sigma, f.out, f.dtype, f.count), NULL);
}

static int exponential(void) {
  const fill f = any_fill(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const double scale = positive_parameter("scale", 1e6);
  return judge("exponential", memsim_random_exponential(f.context, f.key, scale, f.out, f.dtype, f.count), NULL);
}

static int poisson(void) {
  const fill f = any_fill(MEMSIM_INT32, MEMSIM_INT64);
  double rate = bounded_parameter("rate", 0, 1e6);
  if (rate <= 1e6 && chance(2)) rate /= 1e5;
  return judge("poisson", memsim_random_poisson(f.context, f.key, rate, f.out, f.dtype, f.count), NULL);
}

static int bernoulli(void) {
  const fill f = any_fill(MEMSIM_UINT8, MEMSIM_UINT8);
  const double p = bounded_parameter("p", 0, 1);
  return judge("bernoulli", memsim_random_bernoulli(f.context, f.key, p, f.out, f.dtype, f.count), NULL);
}

static int integers(void) {
  const fill f = any_fill(MEMSIM_INT32, MEMSIM_INT64);
  const unsigned shift = f.dtype == MEMSIM_INT32 ? 33 : 1;
  int64_t low = (int64_t)any64() >> shift, high = (int64_t)any64() >> shift;
  if (f.dtype == MEMSIM_INT32 && chance(bad_rate)) {
    high += 1ll << 33;
    blame(MEMSIM_ERR_ARGUMENT, "high");
  }
  if (low >= high) blame(MEMSIM_ERR_ARGUMENT, "low");
  return judge("integers", memsim_random_integers(f.context, f.key, low, high, f.out, f.dtype, f.count), NULL);
}

static int philox(void) {
  const uint32_t words[6] = {(uint32_t)any64()};
  const uint32_t *counter = words, *key = words + 4;
  uint32_t *out = output_buffer(4 * sizeof *out);
  switch (below(3 * bad_rate)) {
    case 0: counter = NULL; blame(MEMSIM_ERR_ARGUMENT, "counter"); break;
    case 1: key = NULL; blame(MEMSIM_ERR_ARGUMENT, "key"); break;
    case 2: out = NULL; blame(MEMSIM_ERR_ARGUMENT, "out"); break;
  }
  return judge("philox", memsim_random_philox(counter, key, out), NULL);
}

/* -- Contexts */

static int context_create(void) {
  memsim_context_def def;
  memsim_context *made = NULL;
  memsim_context_def_init(&def, sizeof def);
  def.threads = (int32_t)below(4);
  if (chance(bad_rate)) {
    def.threads = chance(2) ? -1 - (int32_t)below(INT32_MAX) : 1025 + (int32_t)below(1 << 30);
    blame(MEMSIM_ERR_ARGUMENT, "threads");
  }
  spoil_size(&def.size, sizeof def);
  const memsim_status status = memsim_context_create(chance(9) && is_blameless() ? NULL : &def, &made);
  if (judge("context_create", status, NULL) || (status == MEMSIM_OK) != (made != NULL)) return 1;
  memsim_context_destroy(made);
  return 0;
}

static const size_t def_sizes[] = {sizeof(memsim_context_def), sizeof(memsim_array_def), sizeof(memsim_read_def),
                                   sizeof(memsim_vmm_def), sizeof(memsim_evaluate_def), sizeof(memsim_adc_def)};

static memsim_status init_def(size_t kind, void *def, size_t size) {
  switch (kind) {
    case 0: return memsim_context_def_init(def, size);
    case 1: return memsim_array_def_init(def, size);
    case 2: return memsim_read_def_init(def, size);
    case 3: return memsim_vmm_def_init(def, size);
    case 4: return memsim_evaluate_def_init(def, size);
    default: return memsim_adc_def_init(def, size);
  }
}

/* Whatever the size asked for, only that many bytes are written, or none. */
static int def_init(void) {
  const size_t kind = below(6), full = def_sizes[kind];
  const size_t size = chance(2) ? 8 + below(full - 7) : below(8);
  const size_t asked = chance(bad_rate) ? full + 1 + any64() / 2 : size;
  void *def = output_buffer(size);
  if (asked < 8 || asked > full || asked % 8) blame(MEMSIM_ERR_ARGUMENT, "size");
  if (chance(bad_rate)) {
    def = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "def");
  }
  return judge("def_init", init_def(kind, def, asked), NULL);
}

/* -- Models */

/* How many cards of the kind a model has. */
static int32_t cards_of(const char *name, int kind) {
  memsim_model_card model = {.size = sizeof model};
  memsim_model_info(name, &model);
  const int32_t counts[] = {1, model.param_count, model.option_count, model.state_count, model.quantity_count,
                            model.preset_count};
  return counts[kind];
}

static memsim_status ask_model(int kind, const char *name, int32_t index, void *out) {
  switch (kind) {
    case 0: return memsim_model_info(name, out);
    case 1: return memsim_model_param(name, index, out);
    case 2: return memsim_model_option(name, index, out);
    case 3: return memsim_model_state(name, index, out);
    case 4: return memsim_model_quantity(name, index, out);
    default: return memsim_model_preset(name, index, out);
  }
}

/* The queries for cards, all but the first of them by index. */
static int model_query(void) {
  const size_t sizes[] = {sizeof(memsim_model_card), sizeof(memsim_param_card), sizeof(memsim_option_card),
                          sizeof(memsim_state_card), sizeof(memsim_state_card), sizeof(memsim_preset_card)};
  const int kind = (int)below(6);
  const char *good = memsim_model_name((int32_t)below((uint64_t)memsim_model_count()));
  const char *name = one_of("model", &good, 1);
  const int32_t count = cards_of(good, kind);
  int32_t index = count ? (int32_t)below((uint64_t)count) : 0;
  if (kind && (!count || chance(bad_rate))) {
    index = chance(2) ? count + (int32_t)below(1 << 20) : -1 - (int32_t)below(INT32_MAX);
    blame(MEMSIM_ERR_ARGUMENT, "index");
  }
  uint32_t *card = input_buffer(sizes[kind]);
  memset(card, 0x5a, sizes[kind]);
  *card = (uint32_t)sizes[kind];
  spoil_size(card, sizes[kind]);
  if (chance(bad_rate)) {
    card = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "out");
  }
  const memsim_status status = ask_model(kind, name, index, card);
  if (judge("model_query", status, NULL)) return 1;
  return status != MEMSIM_OK && card && ((unsigned char *)card)[4] != 0x5a;
}

const random_call random_fills[] = {uniform, normal, lognormal, exponential, poisson, bernoulli, integers, philox};
const size_t random_fill_count = sizeof random_fills / sizeof *random_fills;
const random_call model_calls[] = {context_create, def_init, model_query};
const size_t model_call_count = sizeof model_calls / sizeof *model_calls;
