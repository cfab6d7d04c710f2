/* What Swift's Glibc module and the language itself cannot express. */
#define _GNU_SOURCE
#include <sched.h>

#include "CMemSimSIMD.h"

int32_t ms_available_cores(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

/* Swift's calling convention passes a closure as function and context; the context goes back in its own register. */
typedef __attribute__((swiftcall)) void closure_function(int64_t, __attribute__((swift_context)) void *);

/* Called from Swift as (closure: (Int) -> Void, out: UnsafeMutablePointer<ms_closure>); see WorkerPool.swift. */
__attribute__((swiftcall)) void ms_closure_take(void *function, void *context, ms_closure *out);
__attribute__((swiftcall)) void ms_closure_take(void *function, void *context, ms_closure *out) {
  out->function = function;
  out->context = context;
}

void ms_closure_call(const ms_closure *closure, int64_t argument) {
  ((closure_function *)closure->function)(argument, closure->context);
}
