/* States of handles that a call which fails must leave as they were: see property.h. */
#include <string.h>

#include "property.h"

static unsigned char noted[most_state], found[most_state];
size_t state_bytes;

void note_state(const state_access *access, void *handle) {
  uint64_t bytes = 0;
  access->size(handle, &bytes);
  state_bytes = bytes <= most_state ? (size_t)bytes : 0;
  if (state_bytes) access->save(handle, noted, state_bytes);
}

int is_as_noted(const state_access *access, void *handle) {
  if (!state_bytes) return 1;
  access->save(handle, found, state_bytes);
  return memcmp(noted, found, state_bytes) == 0;
}

unsigned char *state_to_load(uint64_t cuts, size_t *size) {
  unsigned char *state = input_buffer(state_bytes);
  memcpy(state, noted, state_bytes);
  *size = state_bytes;
  if (chance(cuts)) {
    *size = below(state_bytes);
    state += state_bytes - *size;
    memcpy(state, noted, *size);
    blame(MEMSIM_ERR_FORMAT, "");
  } else if (chance(3)) {
    state[below(state_bytes)] ^= (unsigned char)(1 + below(255));
    blame(MEMSIM_ERR_FORMAT, "");
  }
  return state;
}

size_t capacity_for_state(void) {
  if (!chance(bad_rate)) return state_bytes;
  blame(MEMSIM_ERR_SHAPE, "capacity");
  return below(state_bytes);
}
