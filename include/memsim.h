/* memsim.h - memristive device and crossbar simulation, C API.
 *
 *   1 Library   2 Errors   3 Threads   4 Random numbers   5 Models   6 Arrays   7 Crossbars   8 Periphery   9 Training
 *   10 Analog tiles   11 Inference
 *
 * Conventions
 *   Matrices are row-major. Units are SI and named in brackets, [1] is dimensionless; what a model counts in other
 *   units (eV, 1e26 m^-3) its card says.
 *   A function that can fail returns memsim_status; inputs come first, results last, through pointers.
 *   On failure nothing is written and memsim_last_error() says which argument, what it got and what it accepts.
 *   Operands are typed: `dtype` names the element type of the buffer before it, `count` its number of elements.
 *   Where a count may be 1 or the number of cells, 1 means one value for all.
 *   One handle belongs to one thread at a time (a second call meanwhile returns MEMSIM_ERR_BUSY); distinct
 *   handles are independent. Calls on existing handles do not allocate unless their comment says so.
 *   Same version, seed and inputs give the same bits, for any thread count and any split of a batch.
 */
#ifndef MEMSIM_H
#define MEMSIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks an exported function. Tests/CABI/check_symbols.py reads these lines. */
#define MEMSIM_API

/* -- 1 Library ---------------------------------------------------------------------------- */

#define MEMSIM_VERSION_MAJOR 0
#define MEMSIM_VERSION_MINOR 1
#define MEMSIM_VERSION_PATCH 0

/** Version of the loaded library: major * 1000000 + minor * 1000 + patch. Never fails. */
MEMSIM_API int32_t memsim_version(void);

/** How the loaded library was built: version, instruction set, compiler. Lives as long as the library. */
MEMSIM_API const char *memsim_build_info(void);

/* -- 2 Errors ----------------------------------------------------------------------------- */

/** Result of every function that can fail. Values are pinned. */
typedef enum memsim_status {
  MEMSIM_OK = 0,
  MEMSIM_ERR_ARGUMENT = -1,    /**< a null pointer, a value out of range, or an unknown name */
  MEMSIM_ERR_SHAPE = -2,       /**< a buffer does not have the documented number of elements */
  MEMSIM_ERR_CONVERGENCE = -3, /**< a solver did not reach its tolerance */
  MEMSIM_ERR_MEMORY = -4,      /**< the memory asked for is not to be had */
  MEMSIM_ERR_FILE = -5,        /**< a file could not be opened, read or written */
  MEMSIM_ERR_FORMAT = -6,      /**< a saved state is damaged, truncated or from a newer version */
  MEMSIM_ERR_BUSY = -7         /**< another thread is inside a call on the same handle */
} memsim_status;

/** Sentence about this thread's latest failure; "" before any. Valid until this thread's next failing call. */
MEMSIM_API const char *memsim_last_error(void);

/** Element type of a buffer. Values are pinned. */
typedef enum memsim_dtype {
  MEMSIM_FLOAT32 = 1,
  MEMSIM_FLOAT64 = 2,
  MEMSIM_INT32 = 3,
  MEMSIM_INT64 = 4,
  MEMSIM_UINT8 = 5 /**< also Boolean: 0 or 1 */
} memsim_dtype;

/* -- 3 Threads ---------------------------------------------------------------------------- */

/** Worker threads that several handles may share. Opaque. NULL, wherever one is accepted, means the
 *  process-wide default: as many threads as MEMSIM_NUM_THREADS says, else as the process may use cores.
 *  A context that is busy with another handle's call lets a second call run on its own thread alone.
 *  After a call its workers stay awake for some tens of microseconds, for the next one; then they sleep.
 *  After fork() the child makes its own workers; a handle that another thread was using then stays busy in it. */
typedef struct memsim_context memsim_context;

/** How to make a context. Fill with memsim_context_def_init, then change what differs. */
typedef struct memsim_context_def {
  uint32_t size;   /**< of the struct the caller knows; set by memsim_context_def_init */
  int32_t threads; /**< threads a call may use, the caller's included, 1...1024; 0 (default): see memsim_context */
} memsim_context_def;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_context_def). */
MEMSIM_API memsim_status memsim_context_def_init(memsim_context_def *def, size_t size);

/** Makes a context; `def` may be NULL for the defaults. Errors: ARGUMENT, MEMORY. Allocates. */
MEMSIM_API memsim_status memsim_context_create(const memsim_context_def *def, memsim_context **out);

/** Frees a context. Arrays made with it keep working. NULL is allowed. */
MEMSIM_API void memsim_context_destroy(memsim_context *context);

/** Threads a call on `context` (NULL: the default) may use. Errors: ARGUMENT if `out` is NULL. */
MEMSIM_API memsim_status memsim_context_threads(const memsim_context *context, int32_t *out);

/* -- 4 Random numbers --------------------------------------------------------------------- */
/* Philox 4x32-10 (Salmon et al., SC'11), addressed: value i of a fill is a pure function of (seed, stream,
 * offset + i), so any split of a fill into pieces gives the same values. dtype is FLOAT32 or FLOAT64 unless
 * said otherwise; count may be 0; offset + count must not pass 2^63. */

/** Which values to draw. */
typedef struct memsim_random_key {
  uint64_t seed;   /**< any; equal seeds give equal values */
  uint64_t stream; /**< any; distinct streams of one seed are independent */
  uint64_t offset; /**< index of the first value, 0...2^63-1 */
} memsim_random_key;

/** The bare generator: 4 counter words and 2 key words to 4 random words. Errors: ARGUMENT for NULL. */
MEMSIM_API memsim_status memsim_random_philox(const uint32_t *counter, const uint32_t *key, uint32_t *out);

/** Uniform on [low, high): `low` may occur, `high` never does. Errors: ARGUMENT unless low < high, both finite. */
MEMSIM_API memsim_status memsim_random_uniform(memsim_context *context, const memsim_random_key *key, double low,
                                               double high, void *out, memsim_dtype dtype, size_t count);

/** Normal with mean `mean` and standard deviation `std`, finite, std >= 0. */
MEMSIM_API memsim_status memsim_random_normal(memsim_context *context, const memsim_random_key *key, double mean,
                                              double std, void *out, memsim_dtype dtype, size_t count);

/** exp(normal(mean, sigma)); mean and sigma are of the logarithm, sigma >= 0. */
MEMSIM_API memsim_status memsim_random_lognormal(memsim_context *context, const memsim_random_key *key, double mean,
                                                 double sigma, void *out, memsim_dtype dtype, size_t count);

/** Exponential with mean `scale`, finite, > 0. */
MEMSIM_API memsim_status memsim_random_exponential(memsim_context *context, const memsim_random_key *key,
                                                   double scale, void *out, memsim_dtype dtype, size_t count);

/** Poisson with mean `rate`, 0...1e6. dtype is INT32 or INT64. Allocates a table. */
MEMSIM_API memsim_status memsim_random_poisson(memsim_context *context, const memsim_random_key *key, double rate,
                                               void *out, memsim_dtype dtype, size_t count);

/** 1 with probability `p`, else 0; 0 <= p <= 1. dtype is UINT8. */
MEMSIM_API memsim_status memsim_random_bernoulli(memsim_context *context, const memsim_random_key *key, double p,
                                                 void *out, memsim_dtype dtype, size_t count);

/** Integers uniform on low...high-1. dtype is INT32 or INT64 and must hold them. Bias below 2^-32 of a probability. */
MEMSIM_API memsim_status memsim_random_integers(memsim_context *context, const memsim_random_key *key, int64_t low,
                                                int64_t high, void *out, memsim_dtype dtype, size_t count);

/* -- 5 Models ----------------------------------------------------------------------------- */
/* Device models are data: what they are, which parameters, options, states, quantities and presets they have is
 * asked by name. All strings and arrays live as long as the library. Fill `size` of a card with sizeof before the
 * call. */

/** What a model is. */
typedef struct memsim_model_card {
  uint32_t size;          /**< set by the caller to sizeof(memsim_model_card) */
  int32_t param_count;    /**< parameters, asked with memsim_model_param */
  int32_t option_count;   /**< options, asked with memsim_model_option */
  int32_t state_count;    /**< states, asked with memsim_model_state */
  const char *name;       /**< as passed to memsim_array_create */
  const char *title;      /**< one line */
  const char *text;       /**< what it models, its validity range, what it does not model */
  const char *source;     /**< publication */
  int32_t quantity_count; /**< what memsim_model_evaluate gives, asked with memsim_model_quantity */
  int32_t preset_count;   /**< published sets of parameters, asked with memsim_model_preset */
  int32_t timed;          /**< 1: cells follow an equation in time, so durations, pulses and sweeps work; else 0 */
  uint32_t reserved;
  double voltage_limit;   /**< V: calls refuse a larger |voltage| */
} memsim_model_card;

/** One numeric parameter, [rows x columns] values, row-major. */
typedef struct memsim_param_card {
  uint32_t size; /**< set by the caller to sizeof(memsim_param_card) */
  int32_t rows;
  int32_t columns;
  uint32_t reserved;
  const char *name;
  const char *unit; /**< SI, "1" if dimensionless */
  const char *text;
  double minimum;               /**< every value must be >= this */
  double maximum;               /**< every value must be <= this */
  const double *default_values; /**< [rows x columns] */
} memsim_param_card;

/** One option: a choice among words. */
typedef struct memsim_option_card {
  uint32_t size; /**< set by the caller to sizeof(memsim_option_card) */
  uint32_t reserved;
  const char *name;
  const char *choices; /**< separated by '|', the default first */
  const char *text;
} memsim_option_card;

/** One per-cell state, or one quantity that follows from the states and a voltage. */
typedef struct memsim_state_card {
  uint32_t size;    /**< set by the caller to sizeof(memsim_state_card) */
  int32_t settable; /**< 1 if memsim_array_set_state accepts it, else 0; of a quantity 0 */
  const char *name;
  const char *unit; /**< SI, "1" if dimensionless */
  const char *text;
} memsim_state_card;

/** A parameter that differs from its default. */
typedef struct memsim_param {
  const char *name;     /**< as in memsim_param_card */
  const double *values; /**< [count], row-major */
  size_t count;         /**< the parameter's rows * columns; any, if its card has 0 rows */
} memsim_param;

/** An option that differs from its default. */
typedef struct memsim_option {
  const char *name;
  const char *choice;
} memsim_option;

/** Parameters that were published together. */
typedef struct memsim_preset_card {
  uint32_t size;       /**< set by the caller to sizeof(memsim_preset_card) */
  int32_t param_count; /**< parameters that differ from the defaults */
  const char *name;
  const char *text;
  const char *source;         /**< publication */
  const memsim_param *params; /**< [param_count] */
} memsim_preset_card;

/** Number of device models in this build. Indices run from 0. */
MEMSIM_API int32_t memsim_model_count(void);

/** Name of model `index`, or NULL past the end. The string lives as long as the library. */
MEMSIM_API const char *memsim_model_name(int32_t index);

/** Describes a model. Errors: ARGUMENT for an unknown name or an unset card size. */
MEMSIM_API memsim_status memsim_model_info(const char *model, memsim_model_card *out);

/** Describes parameter `index`, 0...param_count-1. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_model_param(const char *model, int32_t index, memsim_param_card *out);

/** Describes option `index`, 0...option_count-1. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_model_option(const char *model, int32_t index, memsim_option_card *out);

/** Describes state `index`, 0...state_count-1. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_model_state(const char *model, int32_t index, memsim_state_card *out);

/** Describes quantity `index`, 0...quantity_count-1; the first is "current" [A]. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_model_quantity(const char *model, int32_t index, memsim_state_card *out);

/** Describes preset `index`, 0...preset_count-1. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_model_preset(const char *model, int32_t index, memsim_preset_card *out);

/** Values of a state for cells that exist only for a call. */
typedef struct memsim_values {
  const char *name;   /**< a settable state */
  const void *values; /**< [count] finite, in the unit of the card */
  size_t count;       /**< 1: one for all; else the number of cells */
} memsim_values;

/** Where the values of a quantity go. */
typedef struct memsim_output {
  const char *name; /**< as in the card of memsim_model_quantity */
  void *values;     /**< one for every cell, in the unit of the card; must not overlap the inputs */
} memsim_output;

/** What to evaluate. Fill with memsim_evaluate_def_init, then change what differs. */
typedef struct memsim_evaluate_def {
  uint32_t size;                /**< of the struct the caller knows; set by memsim_evaluate_def_init */
  int32_t dtype;                /**< of volts, states and outputs: MEMSIM_FLOAT32 or (default) MEMSIM_FLOAT64 */
  const char *model;            /**< a name from memsim_model_name; default "synaptogen" */
  const char *preset;           /**< a name from memsim_model_preset; default NULL: none */
  const memsim_param *params;   /**< [param_count], over those of the preset, or NULL */
  size_t param_count;           /**< default 0 */
  const memsim_option *options; /**< [option_count], or NULL */
  size_t option_count;          /**< default 0 */
  const void *volts;            /**< [volts_count] V, finite, within the model's voltage_limit */
  size_t volts_count;           /**< 1 (default) or count */
  const memsim_values *states;  /**< [state_count]; states that are not given are those of new cells of seed 0 */
  size_t state_count;           /**< default 0 */
  uint64_t count;               /**< cells, 1...2^31; default 1 */
} memsim_evaluate_def;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_evaluate_def). */
MEMSIM_API memsim_status memsim_evaluate_def_init(memsim_evaluate_def *def, size_t size);

/** Quantities of independent cells at voltages, for given states: no array, no time, no noise.
 *  @param context NULL for the default
 *  @param outputs [output_count]: which quantities, and where they go, def->count values of type def->dtype each
 *  Errors: ARGUMENT, SHAPE, MEMORY; nothing is then written. Allocates the cells. */
MEMSIM_API memsim_status memsim_model_evaluate(memsim_context *context, const memsim_evaluate_def *def,
                                               const memsim_output *outputs, size_t output_count);

/* Nonidealities: in what the devices of trained layers, and of crossbars with wires, differ from conductances. */

/** A nonideality by name, or a selector; parameters by name, the others keep their defaults. */
typedef struct memsim_nonideality {
  const char *name;           /**< from memsim_nonideality_name or memsim_selector_name */
  const memsim_param *params; /**< [param_count], or NULL */
  size_t param_count;
} memsim_nonideality;

/** Number of nonidealities in this build. Indices run from 0. */
MEMSIM_API int32_t memsim_nonideality_count(void);

/** Name of nonideality `index`, or NULL past the end. The string lives as long as the library. */
MEMSIM_API const char *memsim_nonideality_name(int32_t index);

/** All about a nonideality but its parameters: a card with no options, states, quantities or presets. */
MEMSIM_API memsim_status memsim_nonideality_info(const char *name, memsim_model_card *out);

/** Parameter `index` of a nonideality. rows is 0 where any number of values may be given. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_nonideality_param(const char *name, int32_t index, memsim_param_card *out);

/** Currents of single devices by a nonideality that is an I-V law, and their derivatives.
 *  @param volts         [count] V
 *  @param conductance   [count] S, > 0
 *  @param normals       [count x 2] standard normals of each device
 *  @param current       [count] A
 *  @param d_conductance [count] V, dI/dG
 *  @param d_voltage     [count] S, dI/dV
 *  Errors: ARGUMENT, also for a nonideality without a law. Allocates a little. */
MEMSIM_API memsim_status memsim_law_evaluate(const memsim_nonideality *law, const double *volts,
                                             const double *conductance, const double *normals, size_t count,
                                             double *current, double *d_conductance, double *d_voltage);

/* -- 6 Arrays ----------------------------------------------------------------------------- */

/** Word lines x bit lines of devices of one model. Opaque. */
typedef struct memsim_array memsim_array;

/** How to make an array. Fill with memsim_array_def_init, then change what differs. */
typedef struct memsim_array_def {
  uint32_t size;                /**< of the struct the caller knows; set by memsim_array_def_init */
  uint32_t reserved;            /**< keep 0 */
  uint64_t rows;                /**< word lines, >= 1; default 64. rows * columns <= 2^31 */
  uint64_t columns;             /**< bit lines, >= 1; default 64 */
  uint64_t seed;                /**< selects every random number the array will ever draw; default 0 */
  const char *model;            /**< a name from memsim_model_name; default "synaptogen" */
  const memsim_param *params;   /**< [param_count], or NULL */
  size_t param_count;           /**< default 0 */
  const memsim_option *options; /**< [option_count], or NULL */
  size_t option_count;          /**< default 0 */
  memsim_context *context;      /**< threads; default NULL */
  const char *preset;           /**< a name from memsim_model_preset, under the params; default NULL: none */
} memsim_array_def;

/** How to read. Fill with memsim_read_def_init, then change what differs. */
typedef struct memsim_read_def {
  uint32_t size;    /**< of the struct the caller knows; set by memsim_read_def_init */
  int32_t noise;    /**< a memsim_noise; default MEMSIM_NOISE_AUTO */
  double bandwidth; /**< Hz, > 0, of the Johnson and shot noise; default 1e8 */
} memsim_read_def;

/** Read noise: Johnson and shot noise of every cell, independent in every read. Values are pinned. */
typedef enum memsim_noise {
  MEMSIM_NOISE_NONE = 0,
  MEMSIM_NOISE_AUTO = 1, /**< CELL for single cells, SUM for a column current: the same distribution, fewer draws */
  MEMSIM_NOISE_CELL = 2, /**< one normal per cell */
  MEMSIM_NOISE_SUM = 3   /**< one normal per column current, with the sum of the cells' variances: exact, since
                              a sum of independent normals is normal. Single cells: as CELL */
} memsim_noise;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_array_def). */
MEMSIM_API memsim_status memsim_array_def_init(memsim_array_def *def, size_t size);

/** Makes an array, all cells in the model's initial state. Errors: ARGUMENT, MEMORY. Allocates. */
MEMSIM_API memsim_status memsim_array_create(const memsim_array_def *def, memsim_array **out);

/** Frees an array. NULL is allowed. Must not run while another call on it does. */
MEMSIM_API void memsim_array_destroy(memsim_array *array);

/** Extents of an array. Either pointer may be NULL. */
MEMSIM_API memsim_status memsim_array_shape(const memsim_array *array, uint64_t *rows, uint64_t *columns);

/** Name of the array's model; the string lives as long as the library. */
MEMSIM_API memsim_status memsim_array_model(const memsim_array *array, const char **out);

/** Memory of the cells, and 24 bytes a word line for products, in bytes; and of tables that calls so far made, which
 *  count in every array that shares them. */
MEMSIM_API memsim_status memsim_array_memory(const memsim_array *array, uint64_t *out);

/** Applies one voltage sample to every cell, or to those chosen. A timed model holds it for its default duration, the
 *  parameter "pulse_length", by way of memsim_array_apply_for.
 *  @param volts [count] V, finite, within the model's voltage_limit, FLOAT32 or FLOAT64; count is 1 or rows * columns
 *  @param where [rows x columns] nonzero: apply, 0: leave the cell alone; NULL: all
 *  Errors: ARGUMENT, SHAPE, BUSY; the array is then unchanged. */
MEMSIM_API memsim_status memsim_array_apply(memsim_array *array, const void *volts, memsim_dtype dtype, size_t count,
                                            const uint8_t *where);

/** Holds every cell, or those chosen, at a voltage for a time. The model must be timed.
 *  @param volts     [count] V, as for memsim_array_apply
 *  @param durations [duration_count] s, 0...1e12; duration_count is 1 or rows * columns
 *  @param where     [rows x columns] nonzero: apply, 0: leave the cell alone; NULL: all
 *  Errors: ARGUMENT, SHAPE, CONVERGENCE, MEMORY, BUSY; the array is then unchanged. May allocate: tables of the
 *  voltages, a copy of the cells where the model's integrator may fail. */
MEMSIM_API memsim_status memsim_array_apply_for(memsim_array *array, const void *volts, memsim_dtype dtype,
                                                size_t count, const double *durations, size_t duration_count,
                                                const uint8_t *where);

/** Gives every cell, or those chosen, training pulses: +n SET, -n RESET, 0 none, each of the voltage and length of
 *  the parameters "pulse_voltage_SET", "pulse_voltage_RESET" and "pulse_length". The model must be timed.
 *  @param counts [count], any; count is 1 or rows * columns
 *  @param where  [rows x columns] nonzero: pulse, 0: leave the cell alone; NULL: all
 *  Errors and memory as for memsim_array_apply_for. */
MEMSIM_API memsim_status memsim_array_pulse(memsim_array *array, const int32_t *counts, size_t count,
                                            const uint8_t *where);

/** Drives every cell, or those chosen, with a voltage that is linear between points. The model must be timed.
 *  @param times    [points] s, strictly increasing, within +-1e12
 *  @param volts    [points] V, finite, within the model's voltage_limit
 *  @param points   >= 1
 *  @param where    [rows x columns] nonzero: drive, 0: leave the cell alone; NULL: all
 *  @param out      [points x chosen cells] A, FLOAT32 or FLOAT64, cells in row-major order: noiseless currents at every
 *                  point, the first before any time has passed
 *  @param capacity elements of `out`: exactly points * chosen cells, else SHAPE
 *  Errors: as for memsim_array_apply_for; after CONVERGENCE `out` may be partly written. Allocates. */
MEMSIM_API memsim_status memsim_array_sweep(memsim_array *array, const double *times, const double *volts,
                                            size_t points, const uint8_t *where, void *out, memsim_dtype dtype,
                                            size_t capacity);

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_read_def). */
MEMSIM_API memsim_status memsim_read_def_init(memsim_read_def *def, size_t size);

/** Current of every cell at the given voltages; the cells do not change. Every call with noise is a new read.
 *  @param volts [count] V, as for memsim_array_apply
 *  @param def   NULL for the defaults
 *  @param out   [rows x columns] A, of type dtype, the same as volts */
MEMSIM_API memsim_status memsim_array_read(memsim_array *array, const void *volts, memsim_dtype dtype, size_t count,
                                           const memsim_read_def *def, void *out);

/** Noiseless conductance I/U of every cell at the given voltages (at 0 V its limit).
 *  @param volts [count] V, as for memsim_array_apply
 *  @param out   [rows x columns] S, of type dtype, the same as volts */
MEMSIM_API memsim_status memsim_array_conductance(memsim_array *array, const void *volts, memsim_dtype dtype,
                                                  size_t count, void *out);

/** Crossbar read without wire resistance: currents of the grounded bit lines for word-line voltages.
 *  Each of the `batch` vectors is a read of its own, numbered on, so a batch may be split at will.
 *  @param volts [batch x rows] V, finite, within the model's voltage_limit, FLOAT32 or FLOAT64
 *  @param def   NULL for the defaults
 *  @param out   [batch x columns] A, of type dtype
 *  Allocates scratch for batch > 1. If that fails midway (MEMORY), `out` may be partly written. */
MEMSIM_API memsim_status memsim_array_vmm(memsim_array *array, const void *volts, memsim_dtype dtype, size_t batch,
                                          const memsim_read_def *def, void *out);

/** Reads a state by name (see memsim_state_card) into out [rows x columns], FLOAT32 or FLOAT64. */
MEMSIM_API memsim_status memsim_array_get_state(memsim_array *array, const char *name, void *out, memsim_dtype dtype,
                                                size_t count);

/** Sets a settable state: values [count], finite, FLOAT32 or FLOAT64; count is 1 or rows * columns.
 *  @param where [rows x columns] nonzero: set, 0: leave alone; NULL: all */
MEMSIM_API memsim_status memsim_array_set_state(memsim_array *array, const char *name, const void *values,
                                                memsim_dtype dtype, size_t count, const uint8_t *where);

/** Hash of the whole state: equal arrays have equal hashes, for any thread count and CPU. Allocates a little. */
MEMSIM_API memsim_status memsim_array_hash(memsim_array *array, uint64_t *out);

/** Saves an array to a file: little-endian, versioned, checksummed; an existing file is replaced only when the
 *  new one is complete. Errors: ARGUMENT, FILE, BUSY. Allocates. */
MEMSIM_API memsim_status memsim_array_save(memsim_array *array, const char *path);

/** Makes an array from a file. `context` may be NULL. Errors: FILE, FORMAT (damaged, with a sentence), MEMORY. */
MEMSIM_API memsim_status memsim_array_load(const char *path, memsim_context *context, memsim_array **out);

/** Bytes memsim_array_write needs. Allocates a little. */
MEMSIM_API memsim_status memsim_array_size(memsim_array *array, uint64_t *out);

/** Writes what memsim_array_save would into out [capacity] bytes. Errors: SHAPE if capacity is too small. Allocates
 *  a little. */
MEMSIM_API memsim_status memsim_array_write(memsim_array *array, void *out, size_t capacity);

/** Makes an array from what memsim_array_write wrote. Errors: FORMAT, MEMORY. */
MEMSIM_API memsim_status memsim_array_read_from(const void *bytes, size_t count, memsim_context *context,
                                                memsim_array **out);

/* -- 7 Crossbars -------------------------------------------------------------------------- */

/** Noise of a product with a plain matrix. Fill with memsim_vmm_def_init, then change what differs. */
typedef struct memsim_vmm_def {
  uint32_t size;         /**< of the struct the caller knows; set by memsim_vmm_def_init */
  int32_t noise;         /**< a memsim_noise; default MEMSIM_NOISE_NONE */
  double bandwidth;      /**< Hz, > 0; default 1e8 */
  memsim_random_key key; /**< vector b of the batch draws under offset + b; default 0, 0, 0 */
} memsim_vmm_def;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_vmm_def). */
MEMSIM_API memsim_status memsim_vmm_def_init(memsim_vmm_def *def, size_t size);

/** y = v G: bit-line currents of a crossbar of ohmic cells without wire resistance; without noise, a dense
 *  matrix product for any finite values.
 *  @param conductance [rows x columns] S, FLOAT32 or FLOAT64
 *  @param volts       [batch x rows] V, of type dtype
 *  @param def         NULL for no noise
 *  @param out         [batch x columns] A, of type dtype; must not overlap the inputs
 *  Errors: ARGUMENT, SHAPE, MEMORY. Allocates scratch; if that fails midway, `out` may be partly written. Values that
 *  are not finite pass through as IEEE 754 has it; noise takes a negative conductance by its magnitude. */
MEMSIM_API memsim_status memsim_vmm(memsim_context *context, const void *conductance, const void *volts,
                                    memsim_dtype dtype, size_t rows, size_t columns, size_t batch,
                                    const memsim_vmm_def *def, void *out);

/* Crossbars with the resistance of their wires.
 *
 * Word line i: source V_i, r_source, segment r_word, device (i, 0), segment r_word, device (i, 1) ... open behind the last
 * device, or, if double-sided, r_word and r_source to the same source. Bit line j: device (0, j), segment r_bit, device
 * (1, j) ... the last device, segment r_bit, r_sense, terminal E_j. Currents count positive from word to bit line, to the
 * right and downwards. Exact: preconditioned conjugate gradients on the lines' ladders, inside Newton's method where
 * devices are not ohmic, until Kirchhoff's voltage law, evaluated from the currents alone, holds to the tolerance. */

/** Names of what may stand in series with every device: selectors, access transistors. Cards and parameters are asked
 *  like those of nonidealities. */
MEMSIM_API int32_t memsim_selector_count(void);

/** Name of selector `index`, or NULL past the end. The string lives as long as the library. */
MEMSIM_API const char *memsim_selector_name(int32_t index);

/** All about a selector but its parameters. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_selector_info(const char *name, memsim_model_card *out);

/** Parameter `index` of a selector. rows is 0 where one value or one a word line may be given. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_selector_param(const char *name, int32_t index, memsim_param_card *out);

/** Devices between wires, their lines eliminated. Opaque. */
typedef struct memsim_wires memsim_wires;

/** How to make wires. Fill with memsim_wires_def_init, then change what differs. Buffers are copied; NULL resistances are
 *  the defaults, whatever their count. */
typedef struct memsim_wires_def {
  uint32_t size;             /**< of the struct the caller knows; set by memsim_wires_def_init */
  int32_t double_sided;      /**< 1: word lines are driven at both ends; 0 (default) */
  uint64_t rows;             /**< word lines, >= 1; default 64. rows * columns <= 2^31 */
  uint64_t columns;          /**< bit lines, >= 1; default 64 */
  const double *conductance; /**< [rows x columns] S, 0 (open) ... 1e15; of a law its parameter G. NULL with an array */
  memsim_array *array;       /**< its cells are the devices, as they are when a call is made; default NULL. It is kept
                                  alive; rows and columns are then ignored, conductance and law must be NULL */
  const double *r_word;      /**< [r_word_count] Ohm of a segment, 0...1e15, or infinite: cut at every device */
  size_t r_word_count;       /**< 1 or rows; default 1, of 1 Ohm */
  const double *r_bit;       /**< [r_bit_count] Ohm of a segment */
  size_t r_bit_count;        /**< 1 or columns; default 1, of 1 Ohm */
  const double *r_source;    /**< [r_source_count] Ohm of the drivers; infinite: the line floats */
  size_t r_source_count;     /**< 1 or rows; default 1, of 0 Ohm */
  const double *r_sense;     /**< [r_sense_count] Ohm between the last segment and the terminal; infinite: it floats */
  size_t r_sense_count;      /**< 1 or columns; default 1, of 0 Ohm */
  const memsim_nonideality *law; /**< an I-V law (see memsim_law_evaluate); default NULL: ohmic */
  const double *normals;         /**< [rows x columns x 2] of the law's devices; default NULL: 0, the median device */
  const memsim_nonideality *selector; /**< in series with every device, a name from memsim_selector_name; default NULL. A
                                           parameter without a default, as "gate", must be given */
  double tolerance;       /**< of Kirchhoff's voltage law over the largest voltage, 1e-15...1e-3; default 1e-12 */
  int32_t max_iterations; /**< of one linear solve, >= 1; default 10000 */
  int32_t max_steps;      /**< linear solves, >= 1: Newton's steps or refinements; default 50 */
  memsim_context *context; /**< threads; default NULL */
} memsim_wires_def;

/** Where what happens inside goes, [batch x rows x columns] each, or NULL. Fill with zeros, then set. */
typedef struct memsim_wires_fields {
  uint32_t size;           /**< set by the caller to sizeof(memsim_wires_fields) */
  uint32_t reserved;
  double *device_volts;    /**< V across each device, selector included */
  double *device_current;  /**< A through it */
  double *word_current;    /**< A in the segment that enters its word-line node from the left */
  double *bit_current;     /**< A in the segment that leaves its bit-line node downwards */
  double *word_volts;      /**< V of the word-line node */
  double *bit_volts;       /**< V of the bit-line node; NaN like word_volts where both lines are cut */
} memsim_wires_fields;

/** How solves went, the worst of a batch. */
typedef struct memsim_wires_report {
  uint32_t size;      /**< set by the caller to sizeof(memsim_wires_report) */
  int32_t iterations; /**< of all linear solves for a vector */
  int32_t steps;      /**< linear solves: Newton's steps or refinements */
  uint32_t reserved;
  double volts;       /**< V, largest violation of Kirchhoff's voltage law, from the currents alone */
  double residual;    /**< the same over the largest voltage; of floating lines also their current over the largest */
} memsim_wires_report;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_wires_def). */
MEMSIM_API memsim_status memsim_wires_def_init(memsim_wires_def *def, size_t size);

/** Makes wires; ohmic devices are eliminated here, once. Errors: ARGUMENT, SHAPE, MEMORY. Allocates. */
MEMSIM_API memsim_status memsim_wires_create(const memsim_wires_def *def, memsim_wires **out);

/** Frees wires. NULL is allowed. Must not run while another call on it does. */
MEMSIM_API void memsim_wires_destroy(memsim_wires *wires);

/** Memory of wires and of their solvers so far, in bytes. Errors: ARGUMENT, BUSY. */
MEMSIM_API memsim_status memsim_wires_memory(const memsim_wires *wires, uint64_t *out);

/** Currents of a batch of voltages.
 *  @param volts     [batch x rows] V, finite, within +-1e6; ignored for floating lines
 *  @param bit_volts [batch x columns] V of the bit lines' terminals, or NULL for 0
 *  @param output    [batch x columns] A into the terminals
 *  @param fields    or NULL
 *  @param report    or NULL; of failures too
 *  Errors: ARGUMENT, SHAPE (a batch that no buffer could hold), MEMORY, BUSY; only the report is then written. CONVERGENCE:
 *  Kirchhoff's voltage law is met neither to 1e-9 nor to the tolerance, or a device has a negative differential
 *  conductance, so that the solution need not be the only one; output and fields then hold no solution, which also goes
 *  for MEMORY after vectors for which single precision does not do. Volts must be within the limit of an array's model.
 *  Allocates in the first call, for each thread used. The bits of a vector's currents depend neither on the rest of the
 *  batch nor on the threads. */
MEMSIM_API memsim_status memsim_wires_solve(memsim_wires *wires, const double *volts, const double *bit_volts,
                                            size_t batch, double *output, const memsim_wires_fields *fields,
                                            memsim_wires_report *report);

/** How memsim_wires_transfer works. Values are pinned. */
typedef enum memsim_transfer {
  MEMSIM_TRANSFER_ITERATIVE = 0, /**< min(rows, columns) solves */
  MEMSIM_TRANSFER_DENSE = 1      /**< direct, row by row, O(rows columns^2 (1 + columns / rows)): an independent check */
} memsim_transfer;

/** The matrix of ohmic devices and wires: output = volts matrix for bit lines at 0 V. out [rows x columns] S.
 *  Errors: ARGUMENT (devices that are not ohmic), CONVERGENCE (then partly written), MEMORY,
 *  BUSY. Allocates. */
MEMSIM_API memsim_status memsim_wires_transfer(memsim_wires *wires, int32_t method, double *out);

/** Derivatives of a loss by the adjoint circuit: one linear solve a vector, whatever the devices.
 *  @param device_volts      [batch x rows x columns] V, as memsim_wires_solve gave them
 *  @param grad_output       [batch x columns] dLoss/d output
 *  @param grad_volts        [batch x rows], or NULL
 *  @param grad_bit_volts    [batch x columns], or NULL
 *  @param grad_conductance  [rows x columns] by the conductances (of a law: its G), summed over the batch, or NULL; not with
 *                           an array
 *  @param grad_r_word       [rows] by each line's segments, summed over the batch, or NULL
 *  @param grad_r_bit        [columns], or NULL
 *  Errors: ARGUMENT, SHAPE, MEMORY, BUSY; nothing is then written. CONVERGENCE: partly written. Allocates. */
MEMSIM_API memsim_status memsim_wires_vjp(memsim_wires *wires, const double *device_volts, size_t batch,
                                          const double *grad_output, double *grad_volts, double *grad_bit_volts,
                                          double *grad_conductance, double *grad_r_word, double *grad_r_bit);

/** How a write went. */
typedef struct memsim_write_report {
  uint32_t size;   /**< set by the caller to sizeof(memsim_write_report) */
  int32_t steps;   /**< of time, accepted */
  int32_t rejected; /**< steps of time, taken back */
  uint32_t reserved;
  double energy;   /**< J, of all terminals */
  double device_energy; /**< J of it in the cells and selectors; the rest is the wires' */
} memsim_write_report;

/** Holds terminals at voltages for a time while the array's cells switch, sneak paths and half-selected cells included:
 *  the cells' voltages are solved anew as they change. Wires must be of an array whose model is timed.
 *  @param volts     [rows] V; ignored for floating lines
 *  @param bit_volts [columns] V, or NULL for 0
 *  @param duration  s, 0...1e12
 *  @param tolerance largest change of a cell's voltage in one step of time, over the largest voltage, 1e-6...1; steps adapt
 *  @param report    or NULL
 *  Errors: ARGUMENT, CONVERGENCE, MEMORY, BUSY; the array is then unchanged. Allocates. */
MEMSIM_API memsim_status memsim_wires_write(memsim_wires *wires, const double *volts, const double *bit_volts,
                                            double duration, double tolerance, memsim_write_report *report);

/* -- 8 Periphery -------------------------------------------------------------------------- */

/** A mid-tread uniform converter. Fill with memsim_adc_def_init, then change what differs. */
typedef struct memsim_adc_def {
  uint32_t size;      /**< of the struct the caller knows; set by memsim_adc_def_init */
  int32_t bits;       /**< 1...24; default 4 */
  double minimum;     /**< the lowest level, in the unit of the input; default 1e-6 */
  double maximum;     /**< the highest level, > minimum; default 5e-5 */
  int32_t clamp_low;  /**< 1 (default): inputs below minimum give minimum; 0: lower levels go on, as in Synaptogen */
  uint32_t reserved;  /**< keep 0 */
} memsim_adc_def;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_adc_def). */
MEMSIM_API memsim_status memsim_adc_def_init(memsim_adc_def *def, size_t size);

/** Quantises values [count] to the nearest level, giving the level's value: step (maximum - minimum) /
 *  (2^bits - 1), halves up. NaN stays NaN. `def` may be NULL for the defaults; `out` [count] may be `values`. */
MEMSIM_API memsim_status memsim_adc(memsim_context *context, const memsim_adc_def *def, const void *values,
                                    memsim_dtype dtype, size_t count, void *out);

/** Digital-to-analogue converter of 2^bits + 1 signed codes: code = clamp(round_half_even(x 2^(bits-1)),
 *  +-2^(bits-1)), volts = code / 2^(bits-1) * v_max. `out` [count] may be `values`.
 *  @param values [count] 1, full scale at +-1
 *  @param bits   1...24
 *  @param v_max  V, finite, > 0 */
MEMSIM_API memsim_status memsim_dac(memsim_context *context, int32_t bits, double v_max, const void *values,
                                    memsim_dtype dtype, size_t count, void *out);

/* -- 9 Training --------------------------------------------------------------------------- */
/* Layers of networks on differential pairs of devices that are not ideal, as in nonideality-aware training (Joksas et
 * al., Advanced Science 9, 2105784, 2022): y_k = (I_2k - I_2k+1) / (k_v k_g), with conductances G = k_g w + g_off of
 * weights w >= 0, k_g = (g_on - g_off) / max w, and voltages V = k_v x; the bias is a last row, driven with k_v.
 * A draw makes devices from weights; forward and backward of the same draw see the same devices. */

/** What a layer is: extents, window, nonidealities. Opaque; it never changes, and calls on it may run at once. */
typedef struct memsim_layer memsim_layer;

/** When a layer's devices are drawn anew. Values are pinned. */
typedef enum memsim_redraw {
  MEMSIM_REDRAW_CALL = 0,  /**< once a draw: all samples of a batch see the same devices */
  MEMSIM_REDRAW_SAMPLE = 1 /**< for every sample */
} memsim_redraw;

/** How to make a layer. Fill with memsim_layer_def_init, then change what differs. */
typedef struct memsim_layer_def {
  uint32_t size;   /**< of the struct the caller knows; set by memsim_layer_def_init */
  int32_t bias;    /**< 1 (default): a last row of weights is driven with k_v; 0: none */
  uint64_t inputs;  /**< 1...2^24; default 64 */
  uint64_t outputs; /**< 1...2^24; default 64; at most 2^31 devices */
  double g_off;     /**< S, least conductance, >= 1e-15; default 5.248407497001691e-07 */
  double g_on;      /**< S, greatest conductance, > g_off, <= 1e3; default 2.6242037485008458e-06 */
  double k_v;       /**< V of an input of 1, 1e-6...100; default 0.5 */
  const memsim_nonideality *nonidealities; /**< [nonideality_count], or NULL. They act in physical order: target,
                                                spread, drift, stuck; then the I-V law, then read noise */
  size_t nonideality_count;                /**< default 0 */
  int32_t redraw;                          /**< a memsim_redraw; default MEMSIM_REDRAW_CALL */
  uint32_t reserved;                       /**< keep 0 */
  memsim_context *context;                 /**< threads; default NULL */
} memsim_layer_def;

/** Which devices a draw gives: a pure function of these. Fill with zeros, then set. */
typedef struct memsim_layer_key {
  uint64_t seed;
  uint64_t stream;       /**< tells the layers of one seed apart */
  uint64_t call;         /**< number of the draw, below 2^32 */
  uint64_t first_sample; /**< number of a batch's first sample, below 2^32: for read noise and MEMSIM_REDRAW_SAMPLE */
  uint64_t sample_step;  /**< from one sample's number to the next's, below 2^32; 0 counts as 1 */
} memsim_layer_key;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_layer_def). */
MEMSIM_API memsim_status memsim_layer_def_init(memsim_layer_def *def, size_t size);

/** Makes a layer. Errors: ARGUMENT (also for nonidealities that exclude each other), SHAPE, MEMORY. Allocates. */
MEMSIM_API memsim_status memsim_layer_create(const memsim_layer_def *def, memsim_layer **out);

/** Frees a layer. NULL is allowed. Must not run while another call on it does. */
MEMSIM_API void memsim_layer_destroy(memsim_layer *layer);

/** Bytes of the workspace that memsim_layer_draw fills: O(weights). */
MEMSIM_API memsim_status memsim_layer_workspace(const memsim_layer *layer, memsim_dtype dtype, uint64_t *out);

/** Draws devices for weights into a workspace, rows = inputs + bias.
 *  @param weights   [rows x 2 outputs] >= 0, finite, not all 0, FLOAT32 or FLOAT64; columns + and - in turn
 *  @param normals   [rows x 2 outputs x 2] that the I-V law takes instead of drawn ones (replay), or NULL
 *  @param workspace [capacity bytes], at least memsim_layer_workspace; its content is the library's
 *  Errors: ARGUMENT, SHAPE; the workspace may then hold no devices. Allocates a little scratch. */
MEMSIM_API memsim_status memsim_layer_draw(const memsim_layer *layer, const void *weights, memsim_dtype dtype,
                                           const memsim_layer_key *key, const double *normals, void *workspace,
                                           size_t capacity);

/** Conductances that a draw gives its first sample, all changes made but for the I-V law: out [rows x 2 outputs] S.
 *  Errors: as memsim_layer_draw. Allocates a little scratch. */
MEMSIM_API memsim_status memsim_layer_conductances(const memsim_layer *layer, const void *weights, memsim_dtype dtype,
                                                   const memsim_layer_key *key, void *out);

/** Outputs of a batch with the devices drawn.
 *  @param workspace [capacity bytes] filled by memsim_layer_draw for this layer and dtype
 *  @param x         [batch x inputs] 1
 *  @param y         [batch x outputs] 1
 *  @param power     [batch] W that the devices turn into heat, sum of |V I|, or NULL
 *  Errors: ARGUMENT, SHAPE, MEMORY; nothing is then written. Allocates scratch, O(threads (inputs + outputs)). The bits
 *  of a sample do not depend on the rest of the batch. */
MEMSIM_API memsim_status memsim_layer_forward(const memsim_layer *layer, const void *workspace, size_t capacity,
                                              const void *x, memsim_dtype dtype, size_t batch, void *y, void *power);

/** Gradients of a loss, the path through max w included.
 *  @param weights      those drawn
 *  @param y, grad_y    [batch x outputs] outputs, and the loss's derivatives by them
 *  @param penalty      lambda of a term lambda sum |w| of the loss, finite, >= 0
 *  @param grad_x       [batch x inputs], or NULL
 *  @param grad_weights [rows x 2 outputs]
 *  Errors: ARGUMENT, SHAPE, MEMORY; nothing is then written. Allocates scratch, O(batch outputs + threads inputs). */
MEMSIM_API memsim_status memsim_layer_backward(const memsim_layer *layer, const void *workspace, size_t capacity,
                                               const void *weights, const void *x, const void *y, const void *grad_y,
                                               memsim_dtype dtype, size_t batch, double penalty, void *grad_x,
                                               void *grad_weights);

/** How signed weights go onto pairs. Values are pinned. */
typedef enum memsim_mapping {
  MEMSIM_MAPPING_LOW = 0,    /**< lowest conductances: max(w, 0) and max(-w, 0) */
  MEMSIM_MAPPING_AVERAGE = 1 /**< symmetric about the middle of the window: (max|w| +- w) / 2 */
} memsim_mapping;

/** Signed weights [count] as pairs [count x 2] for memsim_layer_draw, FLOAT32 or FLOAT64. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pairs(const void *weights, memsim_dtype dtype, size_t count, int32_t mapping,
                                      void *pairs);

/** From gradients by pairs [count x 2] to gradients by signed weights [count]; at a weight of 0 the mean of both sides'
 *  derivatives. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pairs_backward(const void *weights, memsim_dtype dtype, size_t count, int32_t mapping,
                                               const void *grad_pairs, void *grad_weights);

/* -- 10 Analog tiles ---------------------------------------------------------------------- */
/* A weight matrix on pulsed devices: noisy products through converters both ways, and updates by coincident pulses, as
 * IBM's aihwkit computes them (Gokmen, Vlasov, Front. Neurosci. 10, 333, 2016; Rasch et al., AICAS 2021), in float32.
 * Fields and defaults are those that its users know; docs/analog.md lists each difference. What a device, the converters
 * and the update may be told is on cards, read as those of models. */

/** Pulsed devices there are: laws of a step by the weight, then every device model of section 5, whose training pulses
 *  move its cells and whose current at `read_voltage` [V] is the weight, linear between the ends of `state_range`. What
 *  weights of laws do besides, those of models may be told to do too: spread of ends, write noise, diffusion, decay,
 *  resets. Never fails. */
MEMSIM_API int32_t memsim_pulsed_device_count(void);

/** Name of a pulsed device, NULL unless 0 <= index < count. Lives as long as the library. */
MEMSIM_API const char *memsim_pulsed_device_name(int32_t index);

/** Card of a pulsed device: parameters, options and presets; `state_count` counts what memsim_tile_hidden gives. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pulsed_device_info(const char *name, memsim_model_card *out);

/** Parameter `index` of a pulsed device. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pulsed_device_param(const char *name, int32_t index, memsim_param_card *out);

/** Option `index` of a pulsed device: those of device models. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pulsed_device_option(const char *name, int32_t index, memsim_option_card *out);

/** Per-device quantity `index` of a pulsed device, for memsim_tile_hidden. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pulsed_device_state(const char *name, int32_t index, memsim_state_card *out);

/** Preset `index` of a pulsed device. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_pulsed_device_preset(const char *name, int32_t index, memsim_preset_card *out);

/** Card of the settings "io" (converters and noise of one direction) or "update". Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_tile_settings_info(const char *name, memsim_model_card *out);

/** Parameter `index` of settings. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_tile_settings_param(const char *name, int32_t index, memsim_param_card *out);

/** Option `index` of settings. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_tile_settings_option(const char *name, int32_t index, memsim_option_card *out);

/** Compounds there are: several devices a weight, their cells. Never fails. */
MEMSIM_API int32_t memsim_compound_count(void);

/** Name of a compound, NULL unless 0 <= index < count. Lives as long as the library. */
MEMSIM_API const char *memsim_compound_name(int32_t index);

/** Card of a compound; `state_count` counts the matrices it keeps besides its cells. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_compound_info(const char *name, memsim_model_card *out);

/** Parameter `index` of a compound; 0 rows: any number of values, none by default. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_compound_param(const char *name, int32_t index, memsim_param_card *out);

/** Option `index` of a compound. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_compound_option(const char *name, int32_t index, memsim_option_card *out);

/** Matrix `index` of a compound, for memsim_tile_hidden. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_compound_state(const char *name, int32_t index, memsim_state_card *out);

/** Settings that differ from their card's defaults. Fill with zeros, then set. */
typedef struct memsim_settings {
  const memsim_param *params; /**< [param_count], or NULL */
  size_t param_count;
  const memsim_option *options; /**< [option_count], or NULL */
  size_t option_count;
} memsim_settings;

/** A tile. Opaque. */
typedef struct memsim_tile memsim_tile;

/** What one cell of a compound is. Fill with zeros, then set. */
typedef struct memsim_tile_cell {
  const char *device;         /**< a pulsed device */
  const char *preset;         /**< of the device, or NULL */
  memsim_settings parameters; /**< of the device, on top of the preset; it has no options */
} memsim_tile_cell;

/** How to make a tile. Fill with memsim_tile_def_init, then change what differs. */
typedef struct memsim_tile_def {
  uint32_t size;      /**< of the struct the caller knows; set by memsim_tile_def_init */
  uint32_t reserved;  /**< keep 0 */
  uint64_t inputs;    /**< 1...2^24; default 64 */
  uint64_t outputs;   /**< 1...2^24; default 64; at most 2^31 devices */
  uint64_t seed;      /**< of devices, noise and pulses; default 0 */
  const char *device; /**< a pulsed device, or a device model; default "constant-step" */
  const char *preset; /**< of the device, or NULL (default) */
  memsim_settings parameters; /**< of the device, on top of the preset */
  memsim_settings forward;    /**< of the products of memsim_tile_forward: card "io" */
  memsim_settings backward;   /**< of memsim_tile_backward: card "io"; bound management does not act */
  memsim_settings update;     /**< card "update" */
  memsim_context *context;    /**< threads; default NULL */
  const char *compound;       /**< several devices a weight: a compound, or NULL (default). With one, `device`, `preset`
                                   and `parameters` are not read, and `update` is of the pulses that learn */
  memsim_settings compound_settings; /**< card of the compound */
  const memsim_tile_cell *cells;     /**< [cell_count] */
  size_t cell_count;                 /**< 0 without a compound */
  memsim_settings transfer_forward;  /**< how the compound reads cells: card "io"; without noise and bound management,
                                          save of "one-sided" (refresh_forward) */
  memsim_settings transfer_update;   /**< how it writes to cells: card "update"; that of "buffered-transfer",
                                          "chopped-transfer", "dynamic-transfer" has desired_bl 1 and no management
                                          by default */
} memsim_tile_def;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_tile_def). */
MEMSIM_API memsim_status memsim_tile_def_init(memsim_tile_def *def, size_t size);

/** Makes a tile, its devices drawn, its weights 0 where their bounds allow it. Errors: ARGUMENT, SHAPE, MEMORY. Allocates. */
MEMSIM_API memsim_status memsim_tile_create(const memsim_tile_def *def, memsim_tile **out);

/** Frees a tile. NULL is allowed. Must not run while another call on it does. */
MEMSIM_API void memsim_tile_destroy(memsim_tile *tile);

/** Bytes of memory that a tile holds; tables that it shares with others of the same parameters count in each. */
MEMSIM_API memsim_status memsim_tile_memory(const memsim_tile *tile, uint64_t *out);

/** Weights [outputs x inputs], finite; each is clipped to the bounds of its device. Cells of a compound get a part each,
 *  as docs/analog.md says. Errors: ARGUMENT, MEMORY, BUSY; weights are then unchanged, save that a compound may run out of
 *  memory on its way. */
MEMSIM_API memsim_status memsim_tile_set_weights(memsim_tile *tile, const float *weights);

/** Weights as the products see them: out [outputs x inputs]. Errors: ARGUMENT, BUSY. */
MEMSIM_API memsim_status memsim_tile_weights(memsim_tile *tile, float *out);

/** Per-device quantity of the device's card: out [outputs x inputs]. Of a compound: a matrix of its card, or "k/name"
 *  for that of its cell k; "k/weights" are the cell's weights. Errors: ARGUMENT, BUSY. */
MEMSIM_API memsim_status memsim_tile_hidden(memsim_tile *tile, const char *name, float *out);

/** Sets a per-device quantity: values [outputs x inputs], finite. Weights are then clipped to the bounds;
 *  cells of device models stay as they are, and weigh what they then do. Errors: ARGUMENT, MEMORY, BUSY. */
MEMSIM_API memsim_status memsim_tile_set_hidden(memsim_tile *tile, const char *name, const float *values);

/** y = W x through the forward settings. Noise is fresh for every vector: vector v of the tile's life has the same
 *  whatever batch it comes in.
 *  @param x [batch x inputs] finite
 *  @param y [batch x outputs]
 *  With `ir_drop` > 0 and `ir_drop_model` "exact" W is what terminals see of it through crossbars with wires (the circuit
 *  is in docs/analog.md), solved whenever weights have changed: min(inputs, outputs) solves for either sign.
 *  Errors: ARGUMENT, SHAPE, MEMORY, BUSY, CONVERGENCE (such crossbars have no solution within reach); nothing is then
 *  written. Allocates scratch, O(batch (inputs + outputs)), and for crossbars to be solved O(inputs outputs). */
MEMSIM_API memsim_status memsim_tile_forward(memsim_tile *tile, const float *x, size_t batch, float *y);

/** The transposed product: d [batch x outputs], out [batch x inputs]. As memsim_tile_forward. */
MEMSIM_API memsim_status memsim_tile_backward(memsim_tile *tile, const float *d, size_t batch, float *out);

/** Pulses by which W changes by -learning_rate d^T x in the mean, one vector of the batch after the other.
 *  @param x [batch x inputs] finite
 *  @param d [batch x outputs] finite
 *  @param learning_rate finite; < 0 turns the direction
 *  Errors: ARGUMENT, SHAPE, MEMORY, BUSY; the weights are then unchanged, save that a compound may run out of memory on
 *  its way. Allocates scratch, O(batch (inputs + outputs)). */
MEMSIM_API memsim_status memsim_tile_update(memsim_tile *tile, const float *x, const float *d, size_t batch,
                                            double learning_rate);

/** What belongs after an optimiser's step: diffusion, then decay, where the device has them. Errors: ARGUMENT, BUSY. */
MEMSIM_API memsim_status memsim_tile_step(memsim_tile *tile);

/** Drift of weights in `seconds` more, finite, >= 0: a power law of the time since a weight was last written (drift_nu
 *  and others of the device); nothing where devices have none. Errors: ARGUMENT, MEMORY, BUSY. */
MEMSIM_API memsim_status memsim_tile_drift(memsim_tile *tile, double seconds);

/** Resets inputs start, start + 1, ... (count of them, going round), each device with `probability` 0...1, to its reset
 *  bias with the spread reset_std. Errors: ARGUMENT, BUSY. */
MEMSIM_API memsim_status memsim_tile_reset(memsim_tile *tile, uint64_t start, uint64_t count, double probability);

/** Bytes of memsim_tile_save. */
MEMSIM_API memsim_status memsim_tile_state_size(memsim_tile *tile, uint64_t *out);

/** The whole state, the position in the random numbers included: out [capacity bytes]. Errors: ARGUMENT, SHAPE, BUSY. */
MEMSIM_API memsim_status memsim_tile_save(memsim_tile *tile, void *out, size_t capacity);

/** Restores what memsim_tile_save wrote of a tile of the same devices and extents, its seed included. Errors: ARGUMENT,
 *  FORMAT (the tile is then unchanged), BUSY. */
MEMSIM_API memsim_status memsim_tile_load(memsim_tile *tile, const void *state, size_t size);

/* -- 11 Inference ------------------------------------------------------------------------- */
/* Weights programmed into devices once and read at times after it: programming errors, drift and read noise by
 * statistical models of published chips, and what training does to weights so that networks bear them. Conductances are
 * in uS, as the published coefficients are; weights have no unit. docs/inference.md has equations and sources. */

/** Models of programmed conductances there are. Never fails. */
MEMSIM_API int32_t memsim_inference_model_count(void);

/** Name of a model, NULL unless 0 <= index < count. Lives as long as the library. */
MEMSIM_API const char *memsim_inference_model_name(int32_t index);

/** Card of a model; `state_count` counts what memsim_inference_state gives. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_model_info(const char *name, memsim_model_card *out);

/** Parameter `index` of a model. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_model_param(const char *name, int32_t index, memsim_param_card *out);

/** Per-device quantity `index` of a model, for memsim_inference_state. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_model_state(const char *name, int32_t index, memsim_state_card *out);

/** Converters of weights to conductances there are. Never fails. */
MEMSIM_API int32_t memsim_inference_converter_count(void);

/** Name of a converter, NULL unless 0 <= index < count. Lives as long as the library. */
MEMSIM_API const char *memsim_inference_converter_name(int32_t index);

/** Card of a converter. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_converter_info(const char *name, memsim_model_card *out);

/** Parameter `index` of a converter. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_converter_param(const char *name, int32_t index, memsim_param_card *out);

/** Card of the settings "weight-modifier", "weight-clip" or "weight-remap". Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_settings_info(const char *name, memsim_model_card *out);

/** Parameter `index` of settings. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_settings_param(const char *name, int32_t index, memsim_param_card *out);

/** Option `index` of settings. Errors: ARGUMENT. */
MEMSIM_API memsim_status memsim_inference_settings_option(const char *name, int32_t index, memsim_option_card *out);

/** Programmed weights. Opaque. */
typedef struct memsim_inference memsim_inference;

/** How weights are programmed. Fill with memsim_inference_def_init, then change what differs. */
typedef struct memsim_inference_def {
  uint32_t size;         /**< of the struct the caller knows; set by memsim_inference_def_init */
  uint32_t reserved;     /**< keep 0 */
  uint64_t outputs;      /**< rows of the weights, 1...2^24; default 64 */
  uint64_t inputs;       /**< columns, 1...2^24; default 64; at most 2^31 weights */
  uint64_t seed;         /**< of programming errors, drift and read noise; default 0 */
  const char *model;     /**< default "pcm-like" */
  const char *converter; /**< default NULL: the one of the model's devices */
  memsim_settings model_parameters;     /**< it has no options */
  memsim_settings converter_parameters; /**< it has no options */
  memsim_context *context;              /**< threads; default NULL */
} memsim_inference_def;

/** Writes the defaults into the first `size` bytes; pass sizeof(memsim_inference_def). */
MEMSIM_API memsim_status memsim_inference_def_init(memsim_inference_def *def, size_t size);

/** Programs weights [outputs x inputs] within +-2^100; a matrix of none above 2^-60 counts as zeros. Errors: ARGUMENT, SHAPE,
 *  MEMORY. Allocates. */
MEMSIM_API memsim_status memsim_inference_create(const memsim_inference_def *def, const float *weights,
                                                 memsim_inference **out);

/** Frees programmed weights. NULL is allowed. Must not run while another call on them does. */
MEMSIM_API void memsim_inference_destroy(memsim_inference *inference);

/** Bytes of memory that programmed weights hold. */
MEMSIM_API memsim_status memsim_inference_memory(const memsim_inference *inference, uint64_t *out);

/** Devices of a weight: planes of memsim_inference_state. */
MEMSIM_API memsim_status memsim_inference_planes(const memsim_inference *inference, int32_t *out);

/** Weights `t` seconds after programming: out [outputs x inputs]. At 0 as programmed; later with drift and fresh read
 *  noise, from the programmed state, whatever was read before.
 *  Errors: ARGUMENT (t < 0, or a time that the model does not know), MEMORY, BUSY; nothing is then written. Allocates scratch. */
MEMSIM_API memsim_status memsim_inference_weights(memsim_inference *inference, double t, float *out);

/** Per-device quantity of the model's card: out [planes x outputs x inputs]. Errors: ARGUMENT, MEMORY, BUSY. */
MEMSIM_API memsim_status memsim_inference_state(memsim_inference *inference, const char *name, float *out);

/** Bytes of memsim_inference_save. */
MEMSIM_API memsim_status memsim_inference_state_size(memsim_inference *inference, uint64_t *out);

/** The whole state, the position in the random numbers included: out [capacity bytes]. Errors: ARGUMENT, SHAPE, BUSY. */
MEMSIM_API memsim_status memsim_inference_save(memsim_inference *inference, void *out, size_t capacity);

/** Restores what memsim_inference_save wrote of the same model, converter and extents, its seed included. Errors: ARGUMENT,
 *  FORMAT (nothing is then changed), BUSY. */
MEMSIM_API memsim_status memsim_inference_load(memsim_inference *inference, const void *state, size_t size);

/** Disturbs weights [outputs x inputs] within +-2^100 as `modifier` says (card "weight-modifier"): out, which may be `weights`.
 *  Equal seeds and events give equal bits. Errors: ARGUMENT, SHAPE; nothing is then written. */
MEMSIM_API memsim_status memsim_inference_modify(memsim_context *context, const memsim_settings *modifier, uint64_t seed,
                                                 uint64_t event, const float *weights, uint64_t outputs, uint64_t inputs,
                                                 float *out);

/** Clips weights [outputs x inputs] within +-2^100 in place (card "weight-clip"). Errors: ARGUMENT, SHAPE; they are then
 *  unchanged. */
MEMSIM_API memsim_status memsim_inference_clip(const memsim_settings *clip, float *weights, uint64_t outputs,
                                               uint64_t inputs);

/** Moves what the weights [outputs x inputs] within +-2^100 have grown by into scales [outputs], > 0, both in place (card
 *  "weight-remap"): their products stay. Errors: ARGUMENT, SHAPE; nothing is then changed. */
MEMSIM_API memsim_status memsim_inference_remap(const memsim_settings *remap, float *weights, float *scales,
                                                uint64_t outputs, uint64_t inputs);

#ifdef __cplusplus
}
#endif
#endif
