/* memsim.hpp - memristive device and crossbar simulation for C++17 and newer, header-only over memsim.h.
 *
 * This includes all of memsim/; each of its headers can be included by itself.
 *
 * Conventions
 *   Those of memsim.h: SI units, row-major matrices, float or double. Every function throws memsim::Error on
 *   failure and has then written nothing. Functions that return a std::vector allocate it; each has a twin that
 *   writes into a Span of the caller's, which allocates only where memsim.h says that the call does.
 */
#ifndef MEMSIM_HPP
#define MEMSIM_HPP

#include "memsim/arrays.hpp"
#include "memsim/core.hpp"
#include "memsim/crossbars.hpp"
#include "memsim/inference.hpp"
#include "memsim/models.hpp"
#include "memsim/periphery.hpp"
#include "memsim/random.hpp"
#include "memsim/tiles.hpp"
#include "memsim/training.hpp"

#endif
