/* The one system call Swift's Glibc module lacks. */
#define _GNU_SOURCE
#include <sched.h>

#include "CMemSimSIMD.h"

int32_t ms_available_cores(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}
