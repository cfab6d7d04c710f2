// The header stands alone as C++17.
#include "memsim.h"
