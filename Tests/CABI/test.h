/* A tiny test harness: a test is a function that returns 0, a program is a table of tests.
 * Run with a word to run only the tests whose name contains it. */
#ifndef MEMSIM_TEST_H
#define MEMSIM_TEST_H

#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct test_case {
  const char *name;
  int (*run)(void);
} test_case;

#define ENSURE(condition)                                         \
  do {                                                            \
    if (!(condition)) {                                           \
      printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);      \
      return 1;                                                   \
    }                                                             \
  } while (0)

/** The call fails with `status` and a sentence that contains `word`. */
#define ENSURE_FAILS(call, status, word)                                                               \
  do {                                                                                                 \
    ENSURE((call) == (status));                                                                        \
    if (!strstr(memsim_last_error(), word)) {                                                          \
      printf("%s:%d: \"%s\" does not name %s\n", __FILE__, __LINE__, memsim_last_error(), word);       \
      return 1;                                                                                        \
    }                                                                                                  \
  } while (0)

#define ENSURE_OK(call) ENSURE((call) == MEMSIM_OK)

/** Runs the tests whose name contains argv[1], if there is one. Finding none is a failure. */
static inline int run_tests(int argc, char **argv, const test_case *tests, size_t count) {
  size_t ran = 0, failed = 0;
  for (size_t i = 0; i < count; i++) {
    if (argc > 1 && !strstr(tests[i].name, argv[1])) continue;
    const int result = tests[i].run();
    printf("%s %s\n", result ? "FAILED" : "ok    ", tests[i].name);
    ran++;
    failed += result != 0;
  }
  printf("%zu of %zu tests passed\n", ran - failed, ran);
  return ran == 0 || failed > 0;
}

#ifdef __cplusplus
}
#endif
#endif
