/* A host may open the library, fail a call in a thread, close it, and end the thread: nothing of it is unmapped. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "memsim.h"

typedef memsim_status create_function(const memsim_array_def *, memsim_array **);

static pthread_barrier_t closed;

static void *fail_and_wait(void *create) {
  const memsim_status status = (*(create_function **)create)(NULL, NULL);
  pthread_barrier_wait(&closed);
  pthread_barrier_wait(&closed);
  return status == MEMSIM_ERR_ARGUMENT ? NULL : create;
}

int main(int count, char **arguments) {
  void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (!library) return puts("the library does not open"), 1;
  create_function *create = NULL;
  *(void **)&create = dlsym(library, "memsim_array_create");
  pthread_t thread;
  pthread_barrier_init(&closed, NULL, 2);
  if (!create || pthread_create(&thread, NULL, fail_and_wait, &create)) return puts("no thread"), 1;
  pthread_barrier_wait(&closed);
  dlclose(library);
  pthread_barrier_wait(&closed);
  void *wrong = &thread;
  if (pthread_join(thread, &wrong) || wrong) return puts("the call did not fail as it must"), 1;
  return 0;
}
