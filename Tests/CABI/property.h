/* Random calls at the C API, and what must hold for each of them.
 *
 * A call is built from operands; each operand is good, or bad with a small probability, and a bad one is blamed. With
 * nobody to blame the call must succeed. Otherwise its status must be one of those blamed, its sentence must name
 * one of the blamed with that status, what it writes to must be untouched, and the array must have the same hash.
 */
#ifndef MEMSIM_PROPERTY_H
#define MEMSIM_PROPERTY_H

#include <stddef.h>
#include <stdint.h>

#include "memsim.h"

/* -- Randomness: a fixed seed, so that a failure repeats ---------------------------------- */

uint64_t any64(void);
/** 0...limit-1 */
uint64_t below(uint64_t limit);
int chance(uint64_t in);
/** Finite, of magnitude up to `limit`. */
double real_within(double limit);
/** Not a number or infinite. */
double strange_real(void);
/** How rarely an operand is bad: one in this many. */
extern const uint64_t bad_rate;

/* -- Blame --------------------------------------------------------------------------------- */

void forget_blame(void);
/** The call now has a fault: it must fail with `status`, or another fault's, and name `word`, or another's. */
void blame(memsim_status status, const char *word);
int is_blameless(void);
/** Checks the outcome of the call `name`; 0 if all holds. `array` may be NULL. */
int judge(const char *name, memsim_status status, memsim_array *array);
/** How many calls judge() has seen, and how many of them failed as they had to. */
extern long judged_calls, refused_calls;

/* -- Operands -------------------------------------------------------------------------------- */

/** Memory whose last byte is followed by a page that may not be touched. Good until the next call of the kind. */
void *input_buffer(size_t bytes);
/** The same, filled with a pattern that judge() looks for after a failure. */
void *output_buffer(size_t bytes);

/** Bytes of an element; 8 for a dtype that does not exist. */
size_t width_of(memsim_dtype dtype);
/** One of two types, or a bad one. */
memsim_dtype dtype_of(memsim_dtype one, memsim_dtype other);
/** `count` values within `limit`, or NULL, or with a strange one among them unless `any` value is good. */
const void *reals(const char *name, memsim_dtype dtype, size_t count, double limit, int any);
/** An output of `count` elements, or NULL. */
void *results(memsim_dtype dtype, size_t count);
/** 1 or `cells`, or a bad count; `buffered` is how many elements the buffer must have. */
size_t operand_count(const char *name, size_t cells, size_t *buffered);
/** NULL, or a random mask of the cells. */
const uint8_t *mask(size_t cells);
/** A string of the list, or NULL, or an unknown one. */
const char *one_of(const char *name, const char *const *list, size_t count);
/** A finite value of magnitude up to `limit`, or a strange one. */
double finite_parameter(const char *name, double limit);
/** A finite value > 0, or one that is not. */
double positive_parameter(const char *name, double limit);
/** A value within [low, high], or one that is not. */
double bounded_parameter(const char *name, double low, double high);
/** Spoils the size of a def or card. */
void spoil_size(uint32_t *size, size_t actual);
/** `count` finite floats of one magnitude, from 0 to the largest; or NULL, or with a strange one among them. */
float *floats(const char *name, size_t count);

/** Cards of one kind. */
typedef struct card_kind {
  memsim_status (*info)(const char *name, memsim_model_card *out);
  memsim_status (*param)(const char *name, int32_t index, memsim_param_card *out);
  memsim_status (*option)(const char *name, int32_t index, memsim_option_card *out); /**< NULL: they have none */
} card_kind;

enum { most_chosen = 4 };
/** Some settings and the memory they point into. */
typedef struct chosen_settings {
  memsim_param params[most_chosen];
  double values[most_chosen][most_chosen];
  memsim_option options[most_chosen];
  char words[most_chosen][64];
} chosen_settings;

/** Settings within the bounds of the card `name`, which may not go together. */
memsim_settings any_settings(chosen_settings *memory, const card_kind *kind, const char *name);
/** A handle of any settings: made, or refused with a sentence; 0 if so. */
int judge_any(const char *name, memsim_status status, const void *made);

/* -- States of tiles and of programmed weights -------------------------------------------------- */

enum { most_state = 1 << 19 };
/** How a handle tells its state. */
typedef struct state_access {
  memsim_status (*size)(void *handle, uint64_t *out);
  memsim_status (*save)(void *handle, void *out, size_t capacity);
} state_access;

/** Bytes of the state that was noted last; 0 if it has more than `most_state`. */
extern size_t state_bytes;
/** Notes the state of a handle before a call. */
void note_state(const state_access *access, void *handle);
/** Whether its state is still the one noted; so is one too long to note. */
int is_as_noted(const state_access *access, void *handle);
/** A copy of the state noted; cut short once in `cuts`, or damaged; `size` gets its bytes. */
unsigned char *state_to_load(uint64_t cuts, size_t *size);
/** What the state noted needs, or less. */
size_t capacity_for_state(void);

/* -- What is called --------------------------------------------------------------------------- */

typedef struct live_array {
  memsim_array *handle;
  size_t rows, columns, cells;
} live_array;

enum { live_arrays = 6 };
extern live_array live[live_arrays];
extern memsim_context *contexts[3]; /* the first is NULL, the default */

/** A context to use. */
memsim_context *any_context(void);
/** A live array; `handle` gets NULL instead with a small probability. */
live_array *any_array(memsim_array **handle);
/** The same, of a list of `count`. */
live_array *any_array_of(live_array *list, size_t count, memsim_array **handle);

/** Make random calls; 0 if all holds. */
typedef int (*random_call)(void);
extern const random_call random_fills[], model_calls[], array_calls[], state_calls[], time_calls[], dense_calls[],
    layer_calls[], wires_calls[], tile_calls[], inference_calls[];
extern const size_t random_fill_count, model_call_count, array_call_count, state_call_count, time_call_count,
    dense_call_count, layer_call_count, wires_call_count, tile_call_count, inference_call_count;
int setup_arrays(void);
void teardown_arrays(void);
int setup_timed_arrays(void);
void teardown_timed_arrays(void);
int setup_layers(void);
void teardown_layers(void);
int setup_wires(void);
void teardown_wires(void);
int setup_tiles(void);
void teardown_tiles(void);
int setup_inference(void);
void teardown_inference(void);

/** Solves a random circuit of wires and compares its currents with those of an elimination; 0 if all holds. */
int random_circuit(void);
/** How many had an answer, and how many had none. */
extern long solved_circuits, unsolved_circuits;

#endif
