/* The tests of cabi_test, one table per section of memsim.h, each in the file test_<section>.c. */
#ifndef MEMSIM_TEST_SECTIONS_H
#define MEMSIM_TEST_SECTIONS_H

#include "memsim.h"
#include "test.h"

typedef struct section {
  const test_case *tests;
  size_t count;
} section;

extern const section library_section, threads_section, random_section, models_section, arrays_section, states_section,
    time_section, evaluate_section, saved_section, crossbar_section, periphery_section, nonidealities_section,
    layer_section, layer_refused_section, wires_section, wires_devices_section, wires_refused_section,
    tile_section, tile_refused_section, tile_wires_section, compound_section, inference_section;

#define SECTION(name, tests) const section name##_section = {tests, sizeof(tests) / sizeof *(tests)}

/** An array of rows x columns cells of a model, or NULL. */
static inline memsim_array *make_model(const char *model, uint64_t rows, uint64_t columns, uint64_t seed) {
  memsim_array_def def;
  if (memsim_array_def_init(&def, sizeof def) != MEMSIM_OK) return NULL;
  def.model = model;
  def.rows = rows;
  def.columns = columns;
  def.seed = seed;
  memsim_array *array = NULL;
  return memsim_array_create(&def, &array) == MEMSIM_OK ? array : NULL;
}

/** An array of rows x columns synaptogen cells, or NULL. */
static inline memsim_array *make_array(uint64_t rows, uint64_t columns, uint64_t seed) {
  return make_model("synaptogen", rows, columns, seed);
}

/** The card of model `index`; all 0 after a failure. */
static inline memsim_model_card card_of(int32_t index) {
  memsim_model_card card = {.size = sizeof card};
  const memsim_model_card none = {0};
  return memsim_model_info(memsim_model_name(index), &card) == MEMSIM_OK ? card : none;
}

/** Runs a check on the card of every model, or of every timed one; names the model that fails it. */
static inline int every_model(int timed_only, int (*check)(const memsim_model_card *model)) {
  for (int32_t i = 0; i < memsim_model_count(); i++) {
    const memsim_model_card card = card_of(i);
    ENSURE(card.name);
    if (timed_only && !card.timed) continue;
    if (check(&card)) return printf("of model %s\n", card.name), 1;
  }
  return 0;
}

/** The array's hash; 0 after a failure. */
static inline uint64_t hash_of(memsim_array *array) {
  uint64_t hash = 0;
  return memsim_array_hash(array, &hash) == MEMSIM_OK ? hash : 0;
}

#endif
