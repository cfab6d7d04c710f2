/* Section 6, Arrays: saved states. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sections.h"

enum { rows = 6, columns = 7, cells = rows * columns };

/* A used array: pulses, a noisy read. */
static memsim_array *used_array(void) {
  memsim_array *array = make_array(rows, columns, 9);
  const float pulses[] = {-1.5f, 1.2f, -1.5f};
  float currents[cells];
  for (int i = 0; i < 3; i++) {
    if (memsim_array_apply(array, pulses + i, MEMSIM_FLOAT32, 1, NULL) != MEMSIM_OK) return NULL;
  }
  return memsim_array_read(array, pulses, MEMSIM_FLOAT32, 1, NULL, currents) == MEMSIM_OK ? array : NULL;
}

/* Two arrays go on alike: the same pulse and the same noise. */
static int go_on_alike(memsim_array *one, memsim_array *other) {
  const float volts = 0.9f;
  float a[cells], b[cells];
  ENSURE_OK(memsim_array_apply(one, &volts, MEMSIM_FLOAT32, 1, NULL));
  ENSURE_OK(memsim_array_apply(other, &volts, MEMSIM_FLOAT32, 1, NULL));
  ENSURE_OK(memsim_array_read(one, &volts, MEMSIM_FLOAT32, 1, NULL, a));
  ENSURE_OK(memsim_array_read(other, &volts, MEMSIM_FLOAT32, 1, NULL, b));
  ENSURE(memcmp(a, b, sizeof a) == 0 && hash_of(one) == hash_of(other));
  return 0;
}

static int files_hold_the_whole_state(void) {
  memsim_array *array = used_array(), *loaded = NULL;
  char path[] = "memsim-test-XXXXXX";
  ENSURE(array && close(mkstemp(path)) == 0);
  ENSURE_OK(memsim_array_save(array, path));
  ENSURE_OK(memsim_array_load(path, NULL, &loaded));
  ENSURE(unlink(path) == 0);
  ENSURE(hash_of(loaded) == hash_of(array) && go_on_alike(array, loaded) == 0);
  memsim_array_destroy(array);
  memsim_array_destroy(loaded);
  return 0;
}

static int buffers_hold_the_whole_state(void) {
  memsim_array *array = used_array(), *loaded = NULL;
  uint64_t size = 0;
  ENSURE(array);
  ENSURE_OK(memsim_array_size(array, &size));
  unsigned char *bytes = malloc(size + 1);
  bytes[size] = 0xa5;
  ENSURE_FAILS(memsim_array_write(array, bytes, size - 1), MEMSIM_ERR_SHAPE, "capacity");
  ENSURE_OK(memsim_array_write(array, bytes, size));
  ENSURE(bytes[size] == 0xa5);
  ENSURE_OK(memsim_array_read_from(bytes, size, NULL, &loaded));
  ENSURE(hash_of(loaded) == hash_of(array) && go_on_alike(array, loaded) == 0);
  free(bytes);
  memsim_array_destroy(array);
  memsim_array_destroy(loaded);
  return 0;
}

/* Every truncation and every flipped bit is noticed. */
static int damage_is_noticed(void) {
  memsim_array *array = make_array(1, 1, 9), *loaded = NULL;
  uint64_t size = 0;
  ENSURE_OK(memsim_array_size(array, &size));
  unsigned char *bytes = malloc(size);
  ENSURE_OK(memsim_array_write(array, bytes, size));
  for (size_t kept = 0; kept < size; kept++) {
    ENSURE(memsim_array_read_from(bytes, kept, NULL, &loaded) == MEMSIM_ERR_FORMAT && !loaded);
  }
  for (size_t bit = 0; bit < size * 8; bit++) {
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    ENSURE(memsim_array_read_from(bytes, size, NULL, &loaded) == MEMSIM_ERR_FORMAT && !loaded);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  ENSURE_OK(memsim_array_read_from(bytes, size, NULL, &loaded));
  free(bytes);
  memsim_array_destroy(array);
  memsim_array_destroy(loaded);
  return 0;
}

static int bad_files_are_refused(void) {
  memsim_array *array = make_array(1, 1, 9), *loaded = NULL;
  ENSURE_FAILS(memsim_array_save(array, "no/such/folder/state"), MEMSIM_ERR_FILE, "no/such/folder/state");
  ENSURE_FAILS(memsim_array_save(array, NULL), MEMSIM_ERR_ARGUMENT, "path");
  ENSURE_FAILS(memsim_array_save(NULL, "state"), MEMSIM_ERR_ARGUMENT, "array");
  ENSURE_FAILS(memsim_array_load("no-such-file", NULL, &loaded), MEMSIM_ERR_FILE, "no-such-file");
  ENSURE_FAILS(memsim_array_load(".", NULL, &loaded), MEMSIM_ERR_FILE, "path");
  ENSURE_FAILS(memsim_array_load(NULL, NULL, &loaded), MEMSIM_ERR_ARGUMENT, "path");
  ENSURE_FAILS(memsim_array_load("/dev/null", NULL, &loaded), MEMSIM_ERR_FILE, "/dev/null");
  ENSURE_FAILS(memsim_array_read_from(NULL, 8, NULL, &loaded), MEMSIM_ERR_ARGUMENT, "bytes");
  ENSURE_FAILS(memsim_array_read_from("x", 1, NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE(loaded == NULL && access("state", F_OK) != 0);
  memsim_array_destroy(array);
  return 0;
}

/* Paths are bytes, not text. */
static int any_path_will_do(void) {
  memsim_array *array = used_array(), *loaded = NULL;
  const char path[] = "memsim-\xe9\xff-test";
  ENSURE_OK(memsim_array_save(array, path));
  ENSURE(access(path, F_OK) == 0);
  ENSURE_OK(memsim_array_load(path, NULL, &loaded));
  ENSURE(unlink(path) == 0 && hash_of(loaded) == hash_of(array));
  memsim_array_destroy(array);
  memsim_array_destroy(loaded);
  return 0;
}

/* A pipe would block for ever, a folder cannot be read. */
static int only_files_are_loaded(void) {
  memsim_array *loaded = NULL;
  const char path[] = "memsim-test-pipe";
  unlink(path);
  ENSURE(mkfifo(path, 0600) == 0);
  ENSURE_FAILS(memsim_array_load(path, NULL, &loaded), MEMSIM_ERR_FILE, path);
  ENSURE(unlink(path) == 0);
  ENSURE_FAILS(memsim_array_load(".", NULL, &loaded), MEMSIM_ERR_FILE, "path");
  ENSURE(loaded == NULL);
  return 0;
}

enum { savings = 200 };

static void *save_often(void *array) {
  for (int i = 0; i < savings; i++) {
    if (memsim_array_save(array, "memsim-test-shared") != MEMSIM_OK) return array;
  }
  return NULL;
}

/* Two threads save two arrays to one path: it is always one of them, whole. */
static int savers_do_not_mix(void) {
  memsim_array *arrays[] = {used_array(), make_array(30, 31, 2)};
  const uint64_t hashes[] = {hash_of(arrays[0]), hash_of(arrays[1])};
  pthread_t threads[2];
  save_often(arrays[0]);
  for (int i = 0; i < 2; i++) ENSURE(pthread_create(threads + i, NULL, save_often, arrays[i]) == 0);
  for (int i = 0; i < savings; i++) {
    memsim_array *loaded = NULL;
    ENSURE_OK(memsim_array_load("memsim-test-shared", NULL, &loaded));
    ENSURE(hash_of(loaded) == hashes[0] || hash_of(loaded) == hashes[1]);
    memsim_array_destroy(loaded);
  }
  for (int i = 0; i < 2; i++) {
    void *failed = NULL;
    ENSURE(pthread_join(threads[i], &failed) == 0 && failed == NULL);
    memsim_array_destroy(arrays[i]);
  }
  ENSURE(unlink("memsim-test-shared") == 0);
  return 0;
}

static const test_case tests[] = {
    {"saved.file", files_hold_the_whole_state},
    {"saved.buffer", buffers_hold_the_whole_state},
    {"saved.damage", damage_is_noticed},
    {"saved.refused", bad_files_are_refused},
    {"saved.paths", any_path_will_do},
    {"saved.plain_files", only_files_are_loaded},
    {"saved.savers", savers_do_not_mix},
};
SECTION(saved, tests);
