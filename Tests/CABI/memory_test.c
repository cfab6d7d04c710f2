/* Memory that is not to be had: tiles and programmed weights report it, stay as they are, and keep nothing. This program's
 * own posix_memalign fails when it is told to, where it is asked for whole cache lines as the library's buffers are. */
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tile_sets.h"

extern void *__libc_memalign(size_t alignment, size_t size);

enum { cache_line = 64 };

/* Calls left until one fails; < 0: none does. */
static atomic_long left = -1;

int posix_memalign(void **out, size_t alignment, size_t size) {
  if (alignment == cache_line && left >= 0 && left-- == 0) return ENOMEM;
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}

enum { vectors = 40, most_failures = 400 };
static float many_x[vectors * inputs], many_d[vectors * outputs], many_y[vectors * inputs];

/* -- What is called */

static memsim_tile_def made_of;
static memsim_tile *tile, *twin;
static memsim_inference_def programmed_by;
static memsim_inference *programmed;

static memsim_status create_tile(void) {
  memsim_tile *made = NULL;
  const memsim_status status = memsim_tile_create(&made_of, &made);
  if ((status == MEMSIM_OK) != (made != NULL)) abort();
  memsim_tile_destroy(made);
  return status;
}
static memsim_status forward(void) { return memsim_tile_forward(tile, many_x, vectors, many_y); }
static memsim_status backward(void) { return memsim_tile_backward(tile, many_d, vectors, many_y); }
static memsim_status update(void) { return memsim_tile_update(tile, many_x, many_d, vectors, 0.01); }
static memsim_status set_weights(void) { return memsim_tile_set_weights(tile, weights); }
static memsim_status get_weights(void) { return memsim_tile_weights(tile, many_y); }
static memsim_status set_bounds(void) { return memsim_tile_set_hidden(tile, "max_bound", weights); }
static memsim_status drift(void) { return memsim_tile_drift(tile, 10); }
static memsim_status program(void) {
  memsim_inference *made = NULL;
  const memsim_status status = memsim_inference_create(&programmed_by, weights, &made);
  if ((status == MEMSIM_OK) != (made != NULL)) abort();
  memsim_inference_destroy(made);
  return status;
}
static memsim_status read_weights(void) { return memsim_inference_weights(programmed, 60, many_y); }
static memsim_status read_targets(void) { return memsim_inference_state(programmed, "target", many_y); }

typedef struct call {
  const char *name;
  memsim_status (*run)(void);
} call;

/* -- What must hold */

static int is_unwritten(void) {
  for (size_t i = 0; i < COUNT(many_y); i++) {
    if (many_y[i] != 7) return 0;
  }
  return 1;
}

/* Lets each allocation of a call fail in turn until none does: refusals that write nothing, save where a call can do
 * without. `done` counts the calls that did what they were asked for. */
static int fails_cleanly(const call *one, long *failures, long *done) {
  for (*failures = *done = 0; *failures < most_failures; ++*failures) {
    for (size_t i = 0; i < COUNT(many_y); i++) many_y[i] = 7;
    left = *failures;
    const memsim_status status = one->run();
    const int came = left < 0;
    left = -1;
    *done += status == MEMSIM_OK;
    if (!came) return status == MEMSIM_OK ? 0 : printf("%s: failed by itself\n", one->name), status != MEMSIM_OK;
    if (status == MEMSIM_OK) continue;
    if (status != MEMSIM_ERR_MEMORY || !strstr(memsim_last_error(), "bytes")) {
      return printf("%s: status %d, \"%s\"\n", one->name, (int)status, memsim_last_error()), 1;
    }
    if (!is_unwritten()) return printf("%s: wrote before it failed\n", one->name), 1;
  }
  return printf("%s: no end of failures\n", one->name), 1;
}

/* On a tile, which must end as its twin does, on which nothing fails, with the same last results. */
static int tile_call(const call *one) {
  static float results[COUNT(many_y)];
  long failures, done;
  ENSURE_OK(memsim_tile_create(&made_of, &tile));
  ENSURE_OK(memsim_tile_create(&made_of, &twin));
  if (fails_cleanly(one, &failures, &done)) return 1;
  memcpy(results, many_y, sizeof results);
  memsim_tile *kept = tile;
  tile = twin;
  for (; done > 0; done--) ENSURE_OK(one->run());
  tile = kept;
  if (!same_state(tile, twin)) return printf("%s: %ld failures show in the tile\n", one->name, failures), 1;
  if (memcmp(results, many_y, sizeof results)) return printf("%s: they show in results\n", one->name), 1;
  memsim_tile_destroy(tile);
  memsim_tile_destroy(twin);
  return 0;
}

/* Bytes in use after so many failures of all kinds; those of the first rounds may stay, as buffers of threads do. */
static size_t in_use_after(int rounds, const call *calls, size_t count) {
  for (int round = 0; round < rounds; round++) {
    for (size_t i = 0; i < count; i++) {
      for (long k = 0; k < 12; k++) {
        left = k;
        calls[i].run();
        left = -1;
      }
    }
  }
  return mallinfo2().uordblks;
}

static int nothing_is_kept(const call *calls, size_t count) {
  in_use_after(3, calls, count);
  const size_t before = in_use_after(1, calls, count), after = in_use_after(20, calls, count);
  if (after <= before + 4096) return 0;
  return printf("%zu bytes were kept\n", after - before), 1;
}

/* -- Tests */

static const double tenth = 0.1;
static const memsim_param drops[] = {{"ir_drop", &one, 1}, {"w_noise", &tenth, 1}, {"w_read_asymmetry_dtod", &tenth, 1}};
static const memsim_option apart[] = {{"mv_type", "pos-neg-separate"}, {"w_noise_type", "pcm-read"}};
static const memsim_param drifting[] = {{"drift_nu", &tenth, 1}};

static int prepare(void) {
  ENSURE(fill_operands(0.25) == 0 && fill(many_x, COUNT(many_x), 3, 1) == 0 && fill(many_d, COUNT(many_d), 4, 1) == 0);
  made_of = tile_def();
  made_of.parameters = PARAMS(drifting);
  made_of.forward = made_of.backward = (memsim_settings){drops, COUNT(drops), apart, COUNT(apart)};
  ENSURE_OK(memsim_inference_def_init(&programmed_by, sizeof programmed_by));
  programmed_by.outputs = outputs;
  programmed_by.inputs = inputs;
  return 0;
}

static int tiles_report_it(void) {
  static const call calls[] = {{"tile_create", create_tile}, {"tile_forward", forward},         {"tile_backward", backward},
                               {"tile_update", update},      {"tile_set_weights", set_weights}, {"tile_set_hidden", set_bounds},
                               {"tile_weights", get_weights}, {"tile_drift", drift}};
  ENSURE(prepare() == 0);
  for (size_t i = 0; i < COUNT(calls); i++) ENSURE(tile_call(&calls[i]) == 0);
  ENSURE_OK(memsim_tile_create(&made_of, &tile));
  ENSURE(nothing_is_kept(calls, COUNT(calls)) == 0);
  memsim_tile_destroy(tile);
  return 0;
}

/* Products of compounds are as those of tiles; an update may run out of memory on its way, and only reports it. */
static int compounds_report_it(void) {
  static const call calls[] = {{"compound_create", create_tile}, {"compound_forward", forward}, {"compound_backward", backward}};
  static const memsim_tile_cell cells[] = {{.device = "soft-bounds"}, {.device = "soft-bounds"}};
  static const char *const names[] = {"vector", "transfer", "chopped-transfer", "one-sided"};
  for (size_t n = 0; n < COUNT(names); n++) {
    ENSURE(prepare() == 0);
    made_of.compound = names[n];
    made_of.cells = cells;
    made_of.cell_count = 2;
    for (size_t i = 0; i < COUNT(calls); i++) ENSURE(tile_call(&calls[i]) == 0);
    ENSURE_OK(memsim_tile_create(&made_of, &tile));
    for (long k = 0, status = -1; status != MEMSIM_OK; k++) {
      left = k;
      status = update();
      left = -1;
      ENSURE(status == MEMSIM_OK || status == MEMSIM_ERR_MEMORY);
    }
    const call learning = {"compound_update", update};
    ENSURE(nothing_is_kept(&learning, 1) == 0);
    memsim_tile_destroy(tile);
  }
  return 0;
}

static int inference_reports_it(void) {
  static const call calls[] = {{"inference_create", program}, {"inference_weights", read_weights},
                               {"inference_state", read_targets}};
  static const char *const converters[] = {NULL, "n-pair", "fusion"};
  static float again[devices];
  for (size_t n = 0; n < COUNT(converters); n++) {
    ENSURE(prepare() == 0);
    programmed_by.converter = converters[n];
    memsim_inference *other = NULL;
    ENSURE_OK(memsim_inference_create(&programmed_by, weights, &programmed));
    ENSURE_OK(memsim_inference_create(&programmed_by, weights, &other));
    for (size_t i = 0; i < COUNT(calls); i++) {
      long failures, done;
      ENSURE(fails_cleanly(&calls[i], &failures, &done) == 0);
      ENSURE(failures > 0 && done == 1);
    }
    /* Failed reads have used up no random numbers. */
    ENSURE_OK(memsim_inference_weights(other, 60, again));
    ENSURE_OK(memsim_inference_weights(other, 60, again));
    ENSURE_OK(memsim_inference_weights(programmed, 60, found));
    ENSURE(memcmp(found, again, sizeof found) == 0);
    ENSURE(nothing_is_kept(calls, COUNT(calls)) == 0);
    memsim_inference_destroy(programmed);
    memsim_inference_destroy(other);
  }
  return 0;
}

int main(int argc, char **argv) {
  static const test_case tests[] = {
      {"memory.tiles", tiles_report_it},
      {"memory.compounds", compounds_report_it},
      {"memory.inference", inference_reports_it},
  };
  return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
