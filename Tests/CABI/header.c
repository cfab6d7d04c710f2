/* The header stands alone as C99. */
#include "memsim.h"
