/* See property.h: states and saved arrays. */
#include "property.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const readable[] = {"r", "HRS", "US", "LRS", "UR", "cycle", "in_HRS", "in_LRS"};
enum { settable_count = 1, readable_count = sizeof readable / sizeof *readable };

static int get_state(void) {
  memsim_array *handle;
  const live_array *array = any_array(&handle);
  const char *name = one_of("name", readable, readable_count);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  void *out = results(dtype, array->cells);
  size_t count = array->cells;
  if (chance(bad_rate)) {
    count = chance(2) ? array->cells - 1 : SIZE_MAX - below(1000);
    blame(MEMSIM_ERR_SHAPE, "out");
  }
  return judge("get_state", memsim_array_get_state(handle, name, out, dtype, count), handle);
}

static int set_state(void) {
  memsim_array *handle;
  const live_array *array = any_array(&handle);
  const char *name = one_of("name", readable, settable_count);
  if (chance(bad_rate)) {
    name = "cycle";
    blame(MEMSIM_ERR_ARGUMENT, "cycle");
  }
  size_t buffered;
  const size_t count = operand_count("values", array->cells, &buffered);
  const memsim_dtype dtype = dtype_of(MEMSIM_FLOAT32, MEMSIM_FLOAT64);
  const void *values = reals("values", dtype, buffered, 0.9, 0);
  return judge("set_state", memsim_array_set_state(handle, name, values, dtype, count, NULL), handle);
}

/* Restores `bytes`; the array made must be the one saved. */
static int restores(const void *bytes, size_t size, memsim_array *original) {
  memsim_array *made = NULL;
  uint64_t want = 0, have = 1;
  if (judge("read_from", memsim_array_read_from(bytes, size, any_context(), &made), NULL)) return 1;
  if (!is_blameless()) return made != NULL;
  memsim_array_hash(original, &want);
  memsim_array_hash(made, &have);
  memsim_array_destroy(made);
  return want != have;
}

static size_t damage(unsigned char *bytes, size_t size) {
  blame(MEMSIM_ERR_FORMAT, "");
  switch (below(4)) {
    case 0: return below(size);
    case 1: bytes[below(size)] ^= (unsigned char)(1u << below(8)); return size;
    case 2: {
      const uint64_t word = any64();
      const size_t at = below(size - sizeof word);
      if (memcmp(bytes + at, &word, sizeof word) == 0) bytes[at] ^= 1;
      else memcpy(bytes + at, &word, sizeof word);
      return size;
    }
    default:
      for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)any64();
      return size;
  }
}

static int write_and_read(void) {
  memsim_array *handle = live[below(live_arrays)].handle;
  uint64_t size = 0;
  if (memsim_array_size(handle, &size) != MEMSIM_OK || size > 1 << 20) return 1;
  unsigned char *bytes = input_buffer(size);
  if (memsim_array_write(handle, bytes, size) != MEMSIM_OK) return 1;
  return restores(bytes, chance(2) ? damage(bytes, size) : size, handle);
}

static int write_too_little(void) {
  memsim_array *handle;
  any_array(&handle);
  uint64_t size = 0;
  memsim_array_size(live[0].handle, &size);
  void *out = output_buffer(8);
  blame(MEMSIM_ERR_SHAPE, "capacity");
  return judge("write", memsim_array_write(handle, out, below(9)), handle);
}

static int save_and_load(void) {
  static const char *const bad_paths[] = {"", ".", "no-such-folder/x", "/proc/self/no/x"};
  memsim_array *handle = live[below(live_arrays)].handle, *made = NULL;
  if (chance(2)) {
    blame(MEMSIM_ERR_FILE, "path");
    const char *path = bad_paths[below(4)];
    return judge("save", memsim_array_save(handle, path), handle) ||
           judge("load", memsim_array_load(path, any_context(), &made), NULL) || made;
  }
  uint64_t want = 0, have = 1;
  if (judge("save", memsim_array_save(handle, "property.state"), handle)) return 1;
  if (judge("load", memsim_array_load("property.state", any_context(), &made), NULL)) return 1;
  memsim_array_hash(handle, &want);
  memsim_array_hash(made, &have);
  memsim_array_destroy(made);
  unlink("property.state");
  return want != have;
}

static int rarely_save_and_load(void) { return chance(50) ? save_and_load() : 0; }

const random_call state_calls[] = {get_state, set_state, write_and_read, write_too_little, rarely_save_and_load};
const size_t state_call_count = sizeof state_calls / sizeof *state_calls;
