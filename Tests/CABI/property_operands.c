/* See property.h: randomness, blame, operands. */
#include "property.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const uint64_t bad_rate = 12;
memsim_context *contexts[3];
long judged_calls, refused_calls;

/* splitmix64 */
uint64_t any64(void) {
  static uint64_t state = 20240607;
  uint64_t x = state += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}
uint64_t below(uint64_t limit) { return any64() % limit; }
int chance(uint64_t in) { return below(in) == 0; }
double real_within(double limit) { return limit * (2 * ((double)(any64() >> 11) * 0x1p-53) - 1); }
double strange_real(void) {
  const double strange[] = {NAN, INFINITY, -INFINITY};
  return strange[below(3)];
}

/* -- Blame */

enum { most_faults = 16, most_outputs = 8 };
static struct {
  memsim_status status;
  const char *word;
} faults[most_faults];
static size_t fault_count;
static struct {
  const unsigned char *bytes;
  size_t count;
} outputs[most_outputs];
static size_t output_count;
static uint64_t hash_before;

void forget_blame(void) {
  fault_count = output_count = 0;
  hash_before = 0;
}

void blame(memsim_status status, const char *word) {
  faults[fault_count].status = status;
  faults[fault_count++].word = word;
}

int is_blameless(void) { return fault_count == 0; }

static int is_blamed(memsim_status status) {
  for (size_t i = 0; i < fault_count; i++) {
    if (faults[i].status == status && strstr(memsim_last_error(), faults[i].word)) return 1;
  }
  return 0;
}

static int outputs_are_untouched(void) {
  for (size_t i = 0; i < output_count; i++) {
    for (size_t b = 0; b < outputs[i].count; b++) {
      if (outputs[i].bytes[b] != 0xa5) return 0;
    }
  }
  return 1;
}

static int complain(const char *name, memsim_status status, const char *what) {
  printf("%s: %s: status %d, \"%s\"; faults:", name, what, (int)status, memsim_last_error());
  for (size_t i = 0; i < fault_count; i++) printf(" %d %s", (int)faults[i].status, faults[i].word);
  printf("\n");
  return 1;
}

int judge(const char *name, memsim_status status, memsim_array *array) {
  judged_calls++;
  if (status == MEMSIM_OK) return fault_count ? complain(name, status, "succeeded") : 0;
  if (!is_blamed(status)) return complain(name, status, "unexpected failure");
  if (!outputs_are_untouched()) return complain(name, status, "wrote before it failed");
  uint64_t hash = 0;
  if (array && hash_before && (memsim_array_hash(array, &hash) != MEMSIM_OK || hash != hash_before)) {
    return complain(name, status, "changed the array");
  }
  refused_calls++;
  return 0;
}

/* -- Buffers that end at a page without access */

enum { arena_bytes = 1 << 20, arenas = 12 };

static unsigned char *guarded(size_t bytes) {
  static unsigned char *arena[arenas];
  static int turn;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  turn = (turn + 1) % arenas;
  if (!arena[turn]) {
    arena[turn] = mmap(NULL, arena_bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(arena[turn] + arena_bytes, page, PROT_NONE);
  }
  return arena[turn] + arena_bytes - bytes;
}

void *input_buffer(size_t bytes) { return guarded(bytes); }

void *output_buffer(size_t bytes) {
  unsigned char *buffer = guarded(bytes);
  memset(buffer, 0xa5, bytes);
  outputs[output_count].bytes = buffer;
  outputs[output_count++].count = bytes;
  return buffer;
}

/* -- Operands */

size_t width_of(memsim_dtype dtype) {
  return dtype == MEMSIM_UINT8 ? 1 : dtype == MEMSIM_FLOAT32 || dtype == MEMSIM_INT32 ? 4 : 8;
}

memsim_dtype dtype_of(memsim_dtype one, memsim_dtype other) {
  const memsim_dtype good = chance(2) ? one : other;
  if (!chance(bad_rate)) return good;
  const int64_t wild = chance(2) ? (int64_t)below(7) : (int64_t)(any64() >> 33);
  if ((memsim_dtype)wild != one && (memsim_dtype)wild != other) blame(MEMSIM_ERR_ARGUMENT, "dtype");
  return (memsim_dtype)wild;
}

static void store_real(void *buffer, memsim_dtype dtype, size_t index, double value) {
  if (dtype == MEMSIM_FLOAT32) ((float *)buffer)[index] = (float)value;
  else if (width_of(dtype) == 8) ((double *)buffer)[index] = value;
}

const void *reals(const char *name, memsim_dtype dtype, size_t count, double limit, int any) {
  if (chance(bad_rate)) {
    blame(MEMSIM_ERR_ARGUMENT, name);
    return NULL;
  }
  void *buffer = input_buffer(count * width_of(dtype));
  for (size_t i = 0; i < count; i++) store_real(buffer, dtype, i, real_within(limit));
  if (count && chance(bad_rate)) {
    store_real(buffer, dtype, below(count), strange_real());
    if (!any) blame(MEMSIM_ERR_ARGUMENT, name);
  }
  return buffer;
}

void *results(memsim_dtype dtype, size_t count) {
  if (chance(bad_rate)) {
    blame(MEMSIM_ERR_ARGUMENT, "out");
    return NULL;
  }
  return output_buffer(count * width_of(dtype));
}

size_t operand_count(const char *name, size_t cells, size_t *buffered) {
  const size_t good = chance(2) ? 1 : cells;
  *buffered = good;
  if (!chance(bad_rate)) return good;
  const size_t wild[] = {0,        2,           cells - 1,        cells + 1, cells * 2,
                         SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 8 + 2, (size_t)1 << 61};
  const size_t count = wild[below(9)];
  if (count == 1 || count == cells) return good;
  *buffered = count <= cells * 2 ? count : good; /* the huge ones must be refused unread */
  blame(MEMSIM_ERR_SHAPE, name);
  return count;
}

const uint8_t *mask(size_t cells) {
  if (chance(2)) return NULL;
  uint8_t *where = input_buffer(cells);
  for (size_t i = 0; i < cells; i++) where[i] = (uint8_t)(chance(2) ? 0 : any64());
  return where;
}

const char *one_of(const char *name, const char *const *list, size_t count) {
  static const char *const unknown[] = {"", "nope", "%s%n%s", "\xff\xfe", "synaptogen ", "a\nb"};
  if (!chance(bad_rate)) return list[below(count)];
  if (chance(2)) {
    blame(MEMSIM_ERR_ARGUMENT, name);
    return NULL;
  }
  blame(MEMSIM_ERR_ARGUMENT, "");
  return unknown[below(6)];
}

double finite_parameter(const char *name, double limit) {
  if (!chance(bad_rate)) return real_within(limit);
  blame(MEMSIM_ERR_ARGUMENT, name);
  return strange_real();
}

double positive_parameter(const char *name, double limit) {
  const double value = fabs(real_within(limit)) + 1e-12;
  if (!chance(bad_rate)) return value;
  blame(MEMSIM_ERR_ARGUMENT, name);
  return chance(2) ? strange_real() : -value;
}

double bounded_parameter(const char *name, double low, double high) {
  if (!chance(bad_rate)) return low + (high - low) * (real_within(0.5) + 0.5);
  blame(MEMSIM_ERR_ARGUMENT, name);
  return chance(2) ? strange_real() : chance(2) ? high * 1.0001 + 1e-9 : low - 1e-9 - fabs(low);
}

void spoil_size(uint32_t *size, size_t actual) {
  if (!chance(bad_rate)) return;
  const uint32_t wild[] = {0, 1, 3, (uint32_t)actual + 1, (uint32_t)actual + 4096, UINT32_MAX, INT32_MAX};
  *size = wild[below(7)];
  blame(MEMSIM_ERR_ARGUMENT, "size");
}

float *floats(const char *name, size_t count) {
  const float limits[] = {0, 1e-45f, 1e-38f, 1e-3f, 1, 1, 1, 3, 1e6f, 1e30f, 3.4e38f};
  if (chance(bad_rate)) {
    blame(MEMSIM_ERR_ARGUMENT, name);
    return NULL;
  }
  float *buffer = input_buffer(count * sizeof *buffer);
  const double limit = limits[below(11)];
  for (size_t i = 0; i < count; i++) buffer[i] = chance(8) ? 0 : (float)real_within(limit);
  if (count && chance(bad_rate)) {
    buffer[below(count)] = (float)strange_real();
    blame(MEMSIM_ERR_ARGUMENT, name);
  }
  return buffer;
}

/* -- Settings by their cards */

/* An end of what is allowed, the default or so, or anything of any size between. */
static double within(const memsim_param_card *card) {
  const double usual = card->rows ? card->default_values[0] : 1;
  double value = usual;
  switch (below(5)) {
    case 0: value = card->minimum; break;
    case 1: value = card->maximum; break;
    case 2: value = usual * (1 + real_within(0.5)); break;
    case 3: value = real_within(1) * pow(10, real_within(chance(2) ? 9 : 300)); break;
  }
  /* Trains of 65536 slots take their time. */
  if (strcmp(card->name, "desired_bl") == 0 && !chance(40)) value = fmin(value, 100);
  if (strcmp(card->unit, "0/1") == 0 || strcmp(card->unit, "pulses") == 0) value = round(value);
  return fmin(fmax(value, card->minimum), card->maximum);
}

/* One of the words of a card. */
static const char *choice_of(const char *choices, char *word, size_t size) {
  size_t count = 1;
  for (const char *at = choices; *at; at++) count += *at == '|';
  for (size_t skip = below(count); skip > 0; skip--) choices = strchr(choices, '|') + 1;
  snprintf(word, size, "%.*s", (int)strcspn(choices, "|"), choices);
  return word;
}

memsim_settings any_settings(chosen_settings *memory, const card_kind *kind, const char *name) {
  memsim_settings settings = {memory->params, 0, memory->options, 0};
  memsim_model_card card = {.size = sizeof card};
  if (kind->info(name, &card) != MEMSIM_OK) return settings;
  for (uint64_t left = below(most_chosen + 1); left > 0 && card.param_count > 0; left--) {
    memsim_param_card param = {.size = sizeof param};
    kind->param(name, (int32_t)below((uint64_t)card.param_count), &param);
    const size_t count = param.rows ? (size_t)param.rows * (size_t)param.columns : 1 + below(most_chosen);
    if (count > most_chosen) continue;
    for (size_t i = 0; i < count; i++) memory->values[settings.param_count][i] = within(&param);
    memory->params[settings.param_count] = (memsim_param){param.name, memory->values[settings.param_count], count};
    settings.param_count++;
  }
  for (uint64_t left = below(3); left > 0 && kind->option && card.option_count > 0; left--) {
    memsim_option_card option = {.size = sizeof option};
    kind->option(name, (int32_t)below((uint64_t)card.option_count), &option);
    char *word = memory->words[settings.option_count];
    memory->options[settings.option_count++] = (memsim_option){option.name, choice_of(option.choices, word, sizeof memory->words[0])};
  }
  return settings;
}

int judge_any(const char *name, memsim_status status, const void *made) {
  judged_calls++;
  if (status == MEMSIM_OK && made) return 0;
  refused_calls++;
  const int known = status == MEMSIM_ERR_ARGUMENT || status == MEMSIM_ERR_SHAPE;
  return known && !made && memsim_last_error()[0] ? 0 : complain(name, status, "neither made nor refused");
}

memsim_context *any_context(void) { return contexts[below(3)]; }

live_array *any_array(memsim_array **handle) { return any_array_of(live, live_arrays, handle); }

live_array *any_array_of(live_array *list, size_t count, memsim_array **handle) {
  live_array *array = &list[below(count)];
  *handle = array->handle;
  if (chance(bad_rate)) {
    *handle = NULL;
    blame(MEMSIM_ERR_ARGUMENT, "array");
  } else {
    memsim_array_hash(array->handle, &hash_before);
  }
  return array;
}
