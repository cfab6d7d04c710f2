/* Section 3, Threads. */
#include <stdlib.h>
#include <time.h>

#include "sections.h"

static int default_context_has_a_thread(void) {
  int32_t threads = 0;
  ENSURE_OK(memsim_context_threads(NULL, &threads));
  ENSURE(threads >= 1 && threads <= 1024);
  const char *wish = getenv("MEMSIM_NUM_THREADS");
  ENSURE(!wish || threads == atoi(wish));
  return 0;
}

static int context_has_the_threads_asked_for(void) {
  memsim_context_def def;
  ENSURE_OK(memsim_context_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.threads == 0);
  for (int32_t threads = 1; threads <= 5; threads++) {
    memsim_context *context = NULL;
    int32_t have = 0;
    def.threads = threads;
    ENSURE_OK(memsim_context_create(&def, &context));
    ENSURE_OK(memsim_context_threads(context, &have));
    ENSURE(have == threads);
    memsim_context_destroy(context);
  }
  return 0;
}

static int context_refuses_bad_counts(void) {
  memsim_context_def def;
  memsim_context *context = NULL;
  ENSURE_OK(memsim_context_def_init(&def, sizeof def));
  const int32_t bad[] = {-1, 1025, INT32_MIN, INT32_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    def.threads = bad[i];
    ENSURE_FAILS(memsim_context_create(&def, &context), MEMSIM_ERR_ARGUMENT, "threads");
  }
  ENSURE_FAILS(memsim_context_create(NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  ENSURE(context == NULL);
  return 0;
}

static int context_def_grows_from_its_size(void) {
  memsim_context_def def = {0, 77};
  ENSURE_FAILS(memsim_context_def_init(&def, 0), MEMSIM_ERR_ARGUMENT, "size");
  ENSURE_FAILS(memsim_context_def_init(&def, sizeof def + 1000), MEMSIM_ERR_ARGUMENT, "size");
  ENSURE_FAILS(memsim_context_def_init(NULL, sizeof def), MEMSIM_ERR_ARGUMENT, "def");
  ENSURE(def.size == 0 && def.threads == 77);
  memsim_context *context = NULL;
  ENSURE_FAILS(memsim_context_create(&def, &context), MEMSIM_ERR_ARGUMENT, "size");
  ENSURE(context == NULL);
  return 0;
}

static int arrays_outlive_their_context(void) {
  memsim_context_def context_def;
  ENSURE_OK(memsim_context_def_init(&context_def, sizeof context_def));
  context_def.threads = 3;
  memsim_context *context = NULL;
  ENSURE_OK(memsim_context_create(&context_def, &context));
  memsim_array_def def;
  ENSURE_OK(memsim_array_def_init(&def, sizeof def));
  def.context = context;
  memsim_array *array = NULL;
  ENSURE_OK(memsim_array_create(&def, &array));
  memsim_context_destroy(context);
  memsim_context_destroy(NULL);
  const float volts = -1.5f;
  ENSURE_OK(memsim_array_apply(array, &volts, MEMSIM_FLOAT32, 1, NULL));
  memsim_array *other = make_array(64, 64, 0);
  ENSURE_OK(memsim_array_apply(other, &volts, MEMSIM_FLOAT32, 1, NULL));
  ENSURE(hash_of(array) == hash_of(other));
  memsim_array_destroy(array);
  memsim_array_destroy(other);
  return 0;
}

/* They stay awake a moment for the next call, not for as long as there is none. */
static int threads_sleep_between_calls(void) {
  memsim_context_def context_def;
  ENSURE_OK(memsim_context_def_init(&context_def, sizeof context_def));
  memsim_context *context = NULL;
  ENSURE_OK(memsim_context_create(&context_def, &context));
  memsim_array_def def;
  ENSURE_OK(memsim_array_def_init(&def, sizeof def));
  def.rows = def.columns = 256;
  def.context = context;
  memsim_array *array = NULL;
  ENSURE_OK(memsim_array_create(&def, &array));
  const float volts = -1.5f;
  ENSURE_OK(memsim_array_apply(array, &volts, MEMSIM_FLOAT32, 1, NULL));
  const struct timespec moment = {0, 300000000};
  const clock_t before = clock();
  ENSURE(nanosleep(&moment, NULL) == 0);
  ENSURE(clock() - before < CLOCKS_PER_SEC / 10);
  memsim_array_destroy(array);
  memsim_context_destroy(context);
  return 0;
}

static const test_case tests[] = {
    {"threads.default", default_context_has_a_thread},
    {"threads.count", context_has_the_threads_asked_for},
    {"threads.refused", context_refuses_bad_counts},
    {"threads.def", context_def_grows_from_its_size},
    {"threads.outlived", arrays_outlive_their_context},
    {"threads.asleep", threads_sleep_between_calls},
};
SECTION(threads, tests);
