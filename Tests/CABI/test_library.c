/* Section 1, Library, and 2, Errors. */
#include <pthread.h>

#include "sections.h"

static int version_is_the_headers(void) {
  ENSURE(memsim_version() == MEMSIM_VERSION_MAJOR * 1000000 + MEMSIM_VERSION_MINOR * 1000 + MEMSIM_VERSION_PATCH);
  return 0;
}

static int build_info_names_version_and_instruction_set(void) {
  char version[32];
  snprintf(version, sizeof version, "%d.%d.%d", MEMSIM_VERSION_MAJOR, MEMSIM_VERSION_MINOR, MEMSIM_VERSION_PATCH);
  ENSURE(strstr(memsim_build_info(), version));
#ifdef __x86_64__
  const int has_v4 = MEMSIM_BUILD_V4 && __builtin_cpu_supports("x86-64-v4");
  ENSURE(strstr(memsim_build_info(), has_v4 ? "x86-64-v4" : "x86-64-v3")); /* the loader chose */
#endif
  ENSURE(memsim_build_info() == memsim_build_info());
  return 0;
}

static int statuses_and_dtypes_are_pinned(void) {
  ENSURE(MEMSIM_OK == 0 && MEMSIM_ERR_ARGUMENT == -1 && MEMSIM_ERR_SHAPE == -2 && MEMSIM_ERR_CONVERGENCE == -3);
  ENSURE(MEMSIM_ERR_MEMORY == -4 && MEMSIM_ERR_FILE == -5 && MEMSIM_ERR_FORMAT == -6 && MEMSIM_ERR_BUSY == -7);
  ENSURE(MEMSIM_FLOAT32 == 1 && MEMSIM_FLOAT64 == 2 && MEMSIM_INT32 == 3 && MEMSIM_INT64 == 4 && MEMSIM_UINT8 == 5);
  ENSURE(MEMSIM_NOISE_NONE == 0 && MEMSIM_NOISE_AUTO == 1 && MEMSIM_NOISE_CELL == 2 && MEMSIM_NOISE_SUM == 3);
  return 0;
}

static void *error_of_a_fresh_thread(void *result) {
  *(int *)result = strcmp(memsim_last_error(), "") == 0;
  return NULL;
}

static int errors_are_each_threads_own(void) {
  ENSURE_FAILS(memsim_context_threads(NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  int was_empty = 0;
  pthread_t thread;
  ENSURE(pthread_create(&thread, NULL, error_of_a_fresh_thread, &was_empty) == 0);
  pthread_join(thread, NULL);
  ENSURE(was_empty);
  return 0;
}

static int errors_outlive_calls_that_succeed(void) {
  ENSURE_FAILS(memsim_context_threads(NULL, NULL), MEMSIM_ERR_ARGUMENT, "out");
  const char *sentence = memsim_last_error();
  int32_t threads = 0;
  ENSURE_OK(memsim_context_threads(NULL, &threads));
  ENSURE(memsim_last_error() == sentence && strstr(sentence, "out"));
  return 0;
}

static const test_case tests[] = {
    {"library.version", version_is_the_headers},
    {"library.build_info", build_info_names_version_and_instruction_set},
    {"errors.pinned", statuses_and_dtypes_are_pinned},
    {"errors.per_thread", errors_are_each_threads_own},
    {"errors.outlive", errors_outlive_calls_that_succeed},
};
SECTION(library, tests);
