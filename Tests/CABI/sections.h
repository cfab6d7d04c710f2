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
    saved_section, crossbar_section, periphery_section;

#define SECTION(name, tests) const section name##_section = {tests, sizeof(tests) / sizeof *(tests)}

/** An array of rows x columns synaptogen cells, or NULL. */
static inline memsim_array *make_array(uint64_t rows, uint64_t columns, uint64_t seed) {
  memsim_array_def def;
  if (memsim_array_def_init(&def, sizeof def) != MEMSIM_OK) return NULL;
  def.rows = rows;
  def.columns = columns;
  def.seed = seed;
  memsim_array *array = NULL;
  return memsim_array_create(&def, &array) == MEMSIM_OK ? array : NULL;
}

/** The array's hash; 0 after a failure. */
static inline uint64_t hash_of(memsim_array *array) {
  uint64_t hash = 0;
  return memsim_array_hash(array, &hash) == MEMSIM_OK ? hash : 0;
}

#endif
