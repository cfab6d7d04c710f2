/* Threads and processes: one handle in two threads, many handles in many threads, the library after fork(). */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sections.h"

enum { rows = 256, columns = 256, cells = rows * columns, most_calls = 100000 };

/* -- One handle */

/* A call on a handle, and what its refusal names. */
typedef struct handle_call {
  memsim_status (*call)(void *handle, float *room);
  const char *name;
} handle_call;

typedef struct caller {
  void *handle;
  const handle_call *what;
  int calls, refused, wrong;
  _Atomic int *stop;
  float *room;
} caller;

static void *call_until_refused(void *raw) {
  caller *me = raw;
  while (me->calls < most_calls && !*me->stop) {
    const memsim_status status = me->what->call(me->handle, me->room);
    me->calls++;
    if (status == MEMSIM_OK) continue;
    me->wrong += status != MEMSIM_ERR_BUSY || !strstr(memsim_last_error(), me->what->name);
    me->refused++;
    *me->stop = 1;
  }
  return NULL;
}

/* Two threads call until one of them is refused, as one must be. */
static int is_refused_at_once(void *handle, handle_call one, handle_call other) {
  static float rooms[2][cells];
  _Atomic int stop = 0;
  caller callers[2] = {{handle, &one, 0, 0, 0, &stop, rooms[0]}, {handle, &other, 0, 0, 0, &stop, rooms[1]}};
  pthread_t thread;
  ENSURE(pthread_create(&thread, NULL, call_until_refused, &callers[1]) == 0);
  call_until_refused(&callers[0]);
  ENSURE(pthread_join(thread, NULL) == 0);
  ENSURE(callers[0].refused + callers[1].refused > 0);
  ENSURE(callers[0].wrong + callers[1].wrong == 0);
  return 0;
}

static memsim_status apply(void *array, float *room) {
  (void)room;
  const float volts = 0.1f; /* switches nothing */
  return memsim_array_apply(array, &volts, MEMSIM_FLOAT32, 1, NULL);
}

static int a_second_thread_on_a_handle_is_refused(void) {
  memsim_array *array = make_array(rows, columns, 1);
  const uint64_t before = hash_of(array);
  ENSURE(is_refused_at_once(array, (handle_call){apply, "array"}, (handle_call){apply, "array"}) == 0);
  ENSURE(hash_of(array) == before);
  memsim_array_destroy(array);
  return 0;
}

static float x[rows], d[columns];
static memsim_status forward(void *tile, float *room) { return memsim_tile_forward(tile, x, 1, room); }
static memsim_status backward(void *tile, float *room) { return memsim_tile_backward(tile, d, 1, room); }
static memsim_status update(void *tile, float *room) { return (void)room, memsim_tile_update(tile, x, d, 1, 0.01); }
static memsim_status set_weights(void *tile, float *room) { return memsim_tile_set_weights(tile, room); }
static memsim_status get_weights(void *tile, float *room) { return memsim_tile_weights(tile, room); }

static int so_it_is_on_a_tile(const char *compound) {
  memsim_tile_def def;
  memsim_tile *tile = NULL;
  const memsim_tile_cell cell_list[2] = {{.device = "soft-bounds"}, {.device = "soft-bounds"}};
  ENSURE_OK(memsim_tile_def_init(&def, sizeof def));
  def.inputs = rows;
  def.outputs = columns;
  def.compound = compound;
  def.cells = compound ? cell_list : NULL;
  def.cell_count = compound ? 2 : 0;
  ENSURE_OK(memsim_tile_create(&def, &tile));
  for (int i = 0; i < rows; i++) x[i] = d[i] = i % 2 ? 1 : -0.5f;
  const handle_call calls[] = {{forward, "tile"}, {backward, "tile"}, {update, "tile"}, {set_weights, "tile"},
                               {get_weights, "tile"}};
  for (int i = 0; i < 5; i++) ENSURE(is_refused_at_once(tile, calls[i], calls[(i + 1) % 5]) == 0);
  ENSURE_OK(update(tile, NULL)); /* the handle is free again */
  memsim_tile_destroy(tile);
  return 0;
}

static int a_second_thread_on_a_tile_is_refused(void) {
  return so_it_is_on_a_tile(NULL) || so_it_is_on_a_tile("transfer");
}

static memsim_status read_weights(void *made, float *room) { return memsim_inference_weights(made, 60, room); }
static memsim_status read_targets(void *made, float *room) { return memsim_inference_state(made, "target", room); }

static int a_second_thread_on_programmed_weights_is_refused(void) {
  static float weights[cells / 2];
  memsim_inference_def def;
  memsim_inference *made = NULL;
  ENSURE_OK(memsim_inference_def_init(&def, sizeof def));
  def.inputs = rows / 2;
  def.outputs = columns;
  for (int i = 0; i < cells / 2; i++) weights[i] = (float)(i % 11);
  ENSURE_OK(memsim_inference_create(&def, weights, &made));
  const handle_call reading = {read_weights, "programmed weights"}, asking = {read_targets, "programmed weights"};
  ENSURE(is_refused_at_once(made, reading, reading) == 0);
  ENSURE(is_refused_at_once(made, reading, asking) == 0);
  ENSURE_OK(read_weights(made, weights));
  memsim_inference_destroy(made);
  return 0;
}

/* -- Many handles, sharing the default threads */

static void *use_an_array(void *raw) {
  uint64_t *seed_and_hash = raw;
  memsim_array *array = make_array(rows, columns, *seed_and_hash);
  const float pulses[] = {-1.5f, 1.2f};
  for (int i = 0; i < 20; i++) memsim_array_apply(array, pulses + i % 2, MEMSIM_FLOAT32, 1, NULL);
  *seed_and_hash = hash_of(array);
  memsim_array_destroy(array);
  return NULL;
}

static int handles_are_independent(void) {
  uint64_t alone[4] = {1, 2, 3, 4}, together[4] = {1, 2, 3, 4};
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) use_an_array(&alone[i]);
  for (int i = 0; i < 4; i++) ENSURE(pthread_create(&threads[i], NULL, use_an_array, &together[i]) == 0);
  for (int i = 0; i < 4; i++) ENSURE(pthread_join(threads[i], NULL) == 0);
  for (int i = 0; i < 4; i++) ENSURE(alone[i] != 0 && alone[i] == together[i]);
  return 0;
}

/* -- Processes */

static int is_filled_alike(memsim_context *context) {
  static float one[1 << 20], other[1 << 20];
  const memsim_random_key key = {1, 2, 3};
  memsim_context_def def;
  memsim_context *single = NULL;
  ENSURE_OK(memsim_context_def_init(&def, sizeof def));
  def.threads = 1;
  ENSURE_OK(memsim_context_create(&def, &single));
  ENSURE_OK(memsim_random_normal(context, &key, 0, 1, one, MEMSIM_FLOAT32, 1 << 20));
  ENSURE_OK(memsim_random_normal(single, &key, 0, 1, other, MEMSIM_FLOAT32, 1 << 20));
  memsim_context_destroy(single);
  ENSURE(memcmp(one, other, sizeof one) == 0);
  return 0;
}

/* What a child does with what its parent made. */
static int go_on(memsim_context *context, memsim_array *array, uint64_t expected) {
  const float volts = -1.5f;
  ENSURE(is_filled_alike(context) == 0);
  ENSURE(is_filled_alike(NULL) == 0);
  ENSURE_OK(memsim_array_apply(array, &volts, MEMSIM_FLOAT32, 1, NULL));
  ENSURE(hash_of(array) == expected);
  memsim_array_destroy(array);
  memsim_context_destroy(context);
  return 0;
}

static int children_go_on_with_workers_of_their_own(void) {
  memsim_context_def def;
  memsim_context *context = NULL;
  ENSURE_OK(memsim_context_def_init(&def, sizeof def));
  def.threads = 4;
  ENSURE_OK(memsim_context_create(&def, &context));
  ENSURE(is_filled_alike(context) == 0 && is_filled_alike(NULL) == 0);
  memsim_array *array = make_array(rows, columns, 1), *twin = make_array(rows, columns, 1);
  const float volts = -1.5f;
  ENSURE_OK(memsim_array_apply(twin, &volts, MEMSIM_FLOAT32, 1, NULL));
  const uint64_t expected = hash_of(twin);
  memsim_array_destroy(twin);
  for (int i = 0; i < 3; i++) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      alarm(60); /* a child waiting for its parent's workers would wait for ever */
      const int failed = go_on(context, array, expected);
      fflush(stdout);
      _exit(failed);
    }
    int status = -1;
    ENSURE(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  ENSURE(go_on(context, array, expected) == 0);
  return 0;
}

/* Forks while another thread is inside calls on the same context. */
static void *fill_until_told(void *stop) {
  static float out[1 << 18];
  const memsim_random_key key = {1, 2, 3};
  while (!*(_Atomic int *)stop) memsim_random_normal(NULL, &key, 0, 1, out, MEMSIM_FLOAT32, 1 << 18);
  return NULL;
}

static int forks_in_the_middle_of_calls_are_fine(void) {
  _Atomic int stop = 0;
  pthread_t thread;
  ENSURE(pthread_create(&thread, NULL, fill_until_told, &stop) == 0);
  int failures = 0;
  for (int i = 0; i < 20; i++) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);
      _exit(is_filled_alike(NULL));
    }
    int status = -1;
    failures += child < 0 || waitpid(child, &status, 0) != child || status != 0;
  }
  stop = 1;
  ENSURE(pthread_join(thread, NULL) == 0);
  ENSURE(failures == 0);
  return 0;
}

int main(int argc, char **argv) {
  static const test_case tests[] = {
      {"concurrency.busy", a_second_thread_on_a_handle_is_refused},
      {"concurrency.busy_tile", a_second_thread_on_a_tile_is_refused},
      {"concurrency.busy_inference", a_second_thread_on_programmed_weights_is_refused},
      {"concurrency.independent", handles_are_independent},
      {"concurrency.fork", children_go_on_with_workers_of_their_own},
      {"concurrency.fork_inside", forks_in_the_middle_of_calls_are_fine},
  };
  alarm(300);
  return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
