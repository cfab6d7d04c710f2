/* Section 9, Training: pairs, and what is refused. */
#include "layer_sets.h"

/* -- Pairs */

/* By hand: the largest weight is 5, the window 2...10 S, so that a conductance is 2 + 1.6 w. */
static int pairs_are_mapped(void) {
  const double w[6] = {3.75, 2.5, -5, -2.5, 0, 1.25};
  const float narrow_w[6] = {3.75f, 2.5f, -5, -2.5f, 0, 1.25f};
  const double expected[2][12] = {{8, 2, 6, 2, 2, 10, 2, 6, 2, 2, 4, 2}, {9, 3, 8, 4, 2, 10, 4, 8, 6, 6, 7, 5}};
  const set none = {NULL, 0};
  memsim_layer_def def = def_of(&none);
  memsim_layer *layer = NULL;
  def.inputs = 2;
  def.outputs = 3;
  def.bias = 0;
  def.g_off = 2;
  def.g_on = 10;
  ENSURE_OK(memsim_layer_create(&def, &layer));
  for (int32_t mapping = MEMSIM_MAPPING_LOW; mapping <= MEMSIM_MAPPING_AVERAGE; mapping++) {
    double pairs[12], g[12];
    float narrow[12];
    ENSURE_OK(memsim_pairs(w, f64, 6, mapping, pairs));
    ENSURE_OK(memsim_pairs(narrow_w, f32, 6, mapping, narrow));
    ENSURE_OK(memsim_layer_conductances(layer, pairs, f64, &first_draw, g));
    for (int i = 0; i < 12; i++) ENSURE(is_close(g[i], expected[mapping][i], 1e-15) && narrow[i] == pairs[i]);
    for (int i = 0; i < 6; i++) ENSURE(pairs[2 * i] - pairs[2 * i + 1] == w[i]);
  }
  memsim_layer_destroy(layer);
  return 0;
}

/* Of the sum of c p over the pairs' weights p, by hand; numbers are short binary fractions, so results are exact. At 0
 * the lower mapping has two one-sided derivatives, and their mean is taken. */
static int gradients_of_pairs_are_mapped_back(void) {
  const double w[6] = {3.75, 2.5, -5, -2.5, 0, 5}, c[12] = {1, 2, 3, -4, 5, 6, -7, 8, 9, 10, 0.5, 0.25};
  const float narrow_w[6] = {3.75f, 2.5f, -5, -2.5f, 0, 5};
  const float narrow_c[12] = {1, 2, 3, -4, 5, 6, -7, 8, 9, 10, 0.5f, 0.25f};
  /* Average: half the difference; half of all, 33.75 / 2, through the largest, which two weights share. */
  const double expected[2][6] = {{1, 3, -6, -8, -0.5, 0.5}, {-0.5, 3.5, -0.5 - 8.4375, -7.5, -0.5, 0.125 + 8.4375}};
  for (int32_t mapping = MEMSIM_MAPPING_LOW; mapping <= MEMSIM_MAPPING_AVERAGE; mapping++) {
    double gradient[6];
    float narrow[6];
    ENSURE_OK(memsim_pairs_backward(w, f64, 6, mapping, c, gradient));
    ENSURE_OK(memsim_pairs_backward(narrow_w, f32, 6, mapping, narrow_c, narrow));
    for (int i = 0; i < 6; i++) ENSURE(gradient[i] == expected[mapping][i] && narrow[i] == (float)gradient[i]);
  }
  return 0;
}

static int bad_pairs_are_refused(void) {
  double w[2] = {1, -2}, out[4] = {7, 7, 7, 7};
  const double c[4] = {1, 2, 3, 4}, strange[] = {NAN, INFINITY, -INFINITY};
  ENSURE_ARGUMENT(memsim_pairs(NULL, f64, 2, 0, out), "weights is NULL");
  ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, 0, NULL), "pairs is NULL");
  ENSURE_ARGUMENT(memsim_pairs(w, MEMSIM_INT32, 2, 0, out), "dtype");
  ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, 2, out), "mapping must be a memsim_mapping, 0 or 1, got 2");
  ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, -1, out), "mapping");
  ENSURE_SHAPE(memsim_pairs(w, f64, SIZE_MAX, 0, out), "count");
  ENSURE_ARGUMENT(memsim_pairs_backward(NULL, f64, 2, 0, c, out), "weights is NULL");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 0, NULL, out), "grad_pairs is NULL");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 0, c, NULL), "grad_weights is NULL");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, MEMSIM_UINT8, 2, 0, c, out), "dtype");
  ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 7, c, out), "mapping");
  ENSURE_SHAPE(memsim_pairs_backward(w, f64, (size_t)1 << 62, 0, c, out), "count");
  for (int i = 0; i < 3; i++) {
    w[1] = strange[i];
    ENSURE_ARGUMENT(memsim_pairs(w, f64, 2, 0, out), "weights must be finite");
    ENSURE_ARGUMENT(memsim_pairs_backward(w, f64, 2, 1, c, out), "at index 1");
  }
  for (int i = 0; i < 4; i++) ENSURE(out[i] == 7);
  return 0;
}

/* -- Refusals */

static int bad_definitions_are_refused(void) {
  memsim_layer_def def;
  memsim_layer *layer = NULL;
  ENSURE_OK(memsim_layer_def_init(&def, sizeof def));
  const memsim_layer_def good = def;
#define ENSURE_DEF_REFUSED(change, word)                                                \
  do {                                                                                  \
    def = good;                                                                         \
    change;                                                                             \
    ENSURE_FAILS(memsim_layer_create(&def, &layer), MEMSIM_ERR_ARGUMENT, word);         \
    ENSURE(layer == NULL);                                                              \
  } while (0)
  ENSURE_DEF_REFUSED(def.inputs = 0, "inputs must be 1...2^24, got 0");
  ENSURE_DEF_REFUSED(def.outputs = 0, "outputs must be 1...2^24, got 0");
  ENSURE_DEF_REFUSED(def.inputs = (1 << 24) + 1, "inputs");
  ENSURE_DEF_REFUSED(def.outputs = UINT64_MAX, "outputs");
  ENSURE_DEF_REFUSED(def.inputs = def.outputs = 1 << 24, "at most 2^31 devices");
  ENSURE_DEF_REFUSED(def.g_off = 0, "g_off");
  ENSURE_DEF_REFUSED(def.g_off = -1e-6, "g_off");
  ENSURE_DEF_REFUSED(def.g_off = NAN, "g_off");
  ENSURE_DEF_REFUSED(def.g_on = def.g_off, "g_off < g_on");
  ENSURE_DEF_REFUSED(def.g_on = INFINITY, "g_on");
  ENSURE_DEF_REFUSED(def.k_v = 0, "k_v must be 1e-6...100 V, got 0.0");
  ENSURE_DEF_REFUSED(def.k_v = -0.5, "k_v");
  ENSURE_DEF_REFUSED(def.k_v = NAN, "k_v");
  ENSURE_DEF_REFUSED(def.k_v = INFINITY, "k_v");
  ENSURE_DEF_REFUSED(def.bias = 2, "def.bias must be 0 or 1, got 2");
  ENSURE_DEF_REFUSED(def.bias = -1, "def.bias");
  ENSURE_DEF_REFUSED(def.redraw = 2, "def.redraw must be a memsim_redraw, 0 or 1, got 2");
  ENSURE_DEF_REFUSED(def.redraw = -1, "def.redraw");
  ENSURE_DEF_REFUSED(def.reserved = 1, "def.reserved must be 0, got 1");
  ENSURE_DEF_REFUSED(def.size = 0, "size");
  ENSURE_DEF_REFUSED(def.size = sizeof def + 8, "size");
  ENSURE_DEF_REFUSED(def.nonideality_count = 1, "def.nonidealities is NULL");
  ENSURE_DEF_REFUSED((def.nonidealities = smooth, def.nonideality_count = SIZE_MAX), "def.nonideality_count");
  ENSURE_ARGUMENT(memsim_layer_create(NULL, &layer), "def is NULL");
  ENSURE_ARGUMENT(memsim_layer_create(&good, NULL), "out is NULL");
  return 0;
}

static int are_refused(const memsim_nonideality *list, size_t count, memsim_status status, const char *sentence) {
  const set set = {list, count};
  const memsim_layer_def def = def_of(&set);
  memsim_layer *layer = NULL;
  ENSURE_FAILS(memsim_layer_create(&def, &layer), status, sentence);
  ENSURE(layer == NULL);
  return 0;
}

static int bad_nonidealities_are_refused(void) {
  const double below = -0.1, above = 1.1, strange = NAN, two[2] = {0.1, 0.1};
  const memsim_param bad[] = {{"probability", &below, 1}, {"probability", &above, 1}, {"probability", &strange, 1},
                              {"nope", &often, 1}, {NULL, &often, 1}, {"probability", NULL, 1},
                              {"probability", two, 2}, {"probability", two, 0}, {"probability", two, SIZE_MAX}};
  const char *sentences[] = {"\"probability\" must be 0.0...1.0 1, got -0.1", "got 1.1", "got nan",
                             "no parameter \"nope\"", "name is NULL", "values is NULL",
                             "\"probability\" has 1 x 1 values, got 2", "count", "count"};
  for (int i = 0; i < 9; i++) {
    const memsim_nonideality stuck = {"stuck-at-off", &bad[i], 1};
    ENSURE(are_refused(&stuck, 1, i < 6 ? MEMSIM_ERR_ARGUMENT : MEMSIM_ERR_SHAPE, sentences[i]) == 0);
  }
  const memsim_nonideality unknown[] = {{"drift", NULL, 0}, {"nope", NULL, 0}}, unnamed = {NULL, NULL, 0};
  const memsim_nonideality listless = {"drift", NULL, 1}, meanless = {"stuck-distribution", NULL, 0};
  ENSURE(are_refused(unknown, 2, MEMSIM_ERR_ARGUMENT, "no nonideality named \"nope\"") == 0);
  ENSURE(are_refused(&unnamed, 1, MEMSIM_ERR_ARGUMENT, "name is NULL") == 0);
  ENSURE(are_refused(&listless, 1, MEMSIM_ERR_ARGUMENT, "params is NULL") == 0);
  ENSURE(are_refused(&meanless, 1, MEMSIM_ERR_ARGUMENT, "means must hold at least one conductance") == 0);
  return 0;
}

static int nonidealities_that_exclude_each_other_are_refused(void) {
  static const char *const cases[][3] = {
      {"poole-frenkel", "n-parameter", "poole-frenkel and n-parameter exclude each other: a device has one I-V law"},
      {"n-parameter", "n-parameter", "a device has one I-V law"},
      {"discrete-states", "quantization", "exclude each other: a device is programmed to one target"},
      {"lognormal", "lognormal", "exclude each other: a device deviates from its target once"},
      {"drift", "drift", "exclude each other: a device drifts by one law"},
      {"read-noise", "read-noise", "read-noise is given twice"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const memsim_nonideality pair[2] = {{cases[i][0], NULL, 0}, {cases[i][1], NULL, 0}};
    ENSURE(are_refused(pair, 2, MEMSIM_ERR_ARGUMENT, cases[i][2]) == 0);
  }
  memsim_nonideality many[65];
  for (int i = 0; i < 65; i++) many[i] = (memsim_nonideality){"stuck-at-off", NULL, 0};
  ENSURE(are_refused(many, 65, MEMSIM_ERR_ARGUMENT, "at most 64") == 0);
  const set most = {many, 64};
  memsim_layer *layer = make_layer(&most, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(layer);
  memsim_layer_destroy(layer);
  return 0;
}

static int bad_draws_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  memsim_layer *by_sample = make_layer(&emission, MEMSIM_REDRAW_SAMPLE, NULL);
  const memsim_layer_key *key = &first_draw;
  const double *w = weights;
  double *g = conductance;
  void *work = workspace;
  uint64_t bytes = 7;
  g[0] = 7;
  ENSURE_ARGUMENT(memsim_layer_draw(NULL, w, f64, key, NULL, work, room), "layer is NULL");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, NULL, f64, key, NULL, work, room), "weights is NULL");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, MEMSIM_INT32, key, NULL, work, room), "dtype");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, f64, NULL, NULL, work, room), "key is NULL");
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, f64, key, NULL, NULL, room), "workspace is NULL");
  ENSURE_SHAPE(memsim_layer_draw(layer, w, f64, key, NULL, work, 0), "capacity");
  ENSURE_ARGUMENT(memsim_layer_draw(by_sample, w, f64, key, w, work, room), "normals can be given only where");
  ENSURE_ARGUMENT(memsim_layer_conductances(NULL, w, f64, key, g), "layer is NULL");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, NULL, f64, key, g), "weights is NULL");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, MEMSIM_UINT8, key, g), "dtype");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, f64, NULL, g), "key is NULL");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, f64, key, NULL), "out is NULL");
  ENSURE_ARGUMENT(memsim_layer_workspace(NULL, f64, &bytes), "layer is NULL");
  ENSURE_ARGUMENT(memsim_layer_workspace(layer, MEMSIM_INT64, &bytes), "dtype");
  ENSURE_ARGUMENT(memsim_layer_workspace(layer, f64, NULL), "out is NULL");
  ENSURE(bytes == 7 && g[0] == 7);
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  ENSURE_SHAPE(memsim_layer_draw(layer, w, f64, key, NULL, work, bytes - 1), "bytes of memsim_layer_workspace, got");
  ENSURE_OK(memsim_layer_draw(layer, w, f64, key, NULL, work, bytes));
  memsim_layer_destroy(layer);
  memsim_layer_destroy(by_sample);
  return 0;
}

/* After a draw that is refused for what `w` or `key` say, a workspace that had devices holds none. */
static int are_no_devices(const memsim_layer *layer, const double *w, const memsim_layer_key *key,
                          const char *sentence) {
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  ENSURE_ARGUMENT(memsim_layer_draw(layer, w, f64, key, NULL, workspace, room), sentence);
  y[0] = conductance[0] = conductance[devices - 1] = 7;
  ENSURE_ARGUMENT(memsim_layer_forward(layer, workspace, room, x, f64, 1, y, NULL), "workspace holds no devices");
  ENSURE_ARGUMENT(memsim_layer_conductances(layer, w, f64, key, conductance), sentence);
  ENSURE(y[0] == 7 && conductance[0] == 7 && conductance[devices - 1] == 7);
  return 0;
}

static int keys_out_of_range_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  const uint64_t bad[] = {1ull << 32, UINT64_MAX};
  for (int i = 0; i < 2; i++) {
    const memsim_layer_key calls = {.call = bad[i]}, samples = {.first_sample = bad[i]}, gaps = {.sample_step = bad[i]};
    ENSURE(are_no_devices(layer, weights, &calls, "call must be below 2^32, got ") == 0);
    ENSURE(are_no_devices(layer, weights, &samples, "first_sample must be below 2^32, got ") == 0);
    ENSURE(are_no_devices(layer, weights, &gaps, "sample_step must be below 2^32, got ") == 0);
  }
  const memsim_layer_key greatest = {UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
  ENSURE(draw(layer, &greatest, NULL) == 0);
  memsim_layer_destroy(layer);
  return 0;
}

/* Places of each vector's lanes, and of the rest that fills none. */
static int next_place(int i) { return i < 40 || i >= devices - 40 ? i + 1 : i + 97; }

static int weights_that_are_none_are_refused(void) {
  fill_operands();
  static double wrong[devices];
  const double bad[] = {-1, -1e-300, NAN, -NAN, INFINITY, -INFINITY};
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  memcpy(wrong, weights, sizeof wrong);
  for (int b = 0; b < 6; b++) {
    for (int i = 0; i < devices; i = next_place(i)) {
      char place[40];
      snprintf(place, sizeof place, "at row %d, column %d", i / columns, i % columns);
      wrong[i] = bad[b];
      narrow_weights[i] = (float)(b == 1 ? -1e-30 : bad[b]);
      narrow_conductance[0] = 7;
      ENSURE(are_no_devices(layer, wrong, &first_draw, place) == 0);
      ENSURE_ARGUMENT(memsim_layer_conductances(layer, narrow_weights, f32, &first_draw, narrow_conductance), place);
      ENSURE(narrow_conductance[0] == 7);
      wrong[i] = weights[i];
      narrow_weights[i] = (float)weights[i];
    }
  }
  memset(wrong, 0, sizeof wrong);
  ENSURE(are_no_devices(layer, wrong, &first_draw, "weights must not all be 0") == 0);
  memsim_layer_destroy(layer);
  return 0;
}

/* -- Workspaces and batches */

static void mark_results(void) { y[0] = power[0] = grad_x[0] = grad_weights[0] = 7; }

static int are_untouched(void) { return y[0] == 7 && power[0] == 7 && grad_x[0] == 7 && grad_weights[0] == 7; }

/* Neither direction works, and nothing is written. */
static int neither_works(const memsim_layer *layer, memsim_dtype dtype, size_t count, memsim_status status,
                         const char *word) {
  mark_results();
  ENSURE_FAILS(memsim_layer_forward(layer, workspace, room, x, dtype, count, y, power), status, word);
  ENSURE_FAILS(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, dtype, count, 0, grad_x,
                                     grad_weights),
               status, word);
  ENSURE(are_untouched());
  return 0;
}

static int foreign_workspaces_are_refused(void) {
  fill_operands();
  const memsim_layer_def own = def_of(&emission);
  memsim_layer_def defs[5] = {def_of(&ideal), own, own, own, own};
  defs[1].redraw = MEMSIM_REDRAW_SAMPLE;
  defs[2].inputs--;
  defs[3].outputs--;
  defs[4].bias = 0;
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL), *other = NULL;
  memset(workspace, 0, room);
  ENSURE(neither_works(layer, f64, 1, MEMSIM_ERR_ARGUMENT, "workspace holds no devices drawn by this layer") == 0);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  for (int i = 0; i < 5; i++) {
    ENSURE_OK(memsim_layer_create(&defs[i], &other));
    ENSURE(neither_works(other, f64, 1, MEMSIM_ERR_ARGUMENT, "draw them first") == 0);
    memsim_layer_destroy(other);
  }
  ENSURE(neither_works(layer, f32, 1, MEMSIM_ERR_ARGUMENT, "in this precision") == 0);
  weights[11] = 1.99; /* the largest was 2 */
  ENSURE_ARGUMENT(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, 1, 0, grad_x, grad_weights),
                  "weights are not those that the workspace's devices were drawn for");
  ENSURE(are_untouched());
  memsim_layer_destroy(layer);
  return 0;
}

static int bad_batches_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  const size_t huge[] = {SIZE_MAX, (size_t)1 << 63, (size_t)1 << 40, (size_t)1 << 32};
  for (int i = 0; i < 4; i++) ENSURE(neither_works(layer, f64, huge[i], MEMSIM_ERR_SHAPE, "batch must be below") == 0);
  ENSURE(neither_works(layer, MEMSIM_INT32, 1, MEMSIM_ERR_ARGUMENT, "dtype") == 0);
  ENSURE(neither_works(NULL, f64, 1, MEMSIM_ERR_ARGUMENT, "layer is NULL") == 0);
  memsim_layer_destroy(layer);
  return 0;
}

static int bad_operands_are_refused(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  uint64_t bytes = 0;
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  const double *w = weights, *g = grad_y, penalties[] = {-1, NAN, INFINITY};
  const void *work = workspace;
  double *out = grad_weights;
  mark_results();
#define FORWARD(work, bytes, x, y) memsim_layer_forward(layer, work, bytes, x, f64, 1, y, power)
#define BACKWARD(work, bytes, w, x, y, g, penalty, out) \
  memsim_layer_backward(layer, work, bytes, w, x, y, g, f64, 1, penalty, grad_x, out)
  ENSURE_ARGUMENT(FORWARD(NULL, bytes, x, y), "workspace is NULL");
  ENSURE_SHAPE(FORWARD(work, bytes - 1, x, y), "capacity");
  ENSURE_ARGUMENT(FORWARD(work, bytes, NULL, y), "x is NULL");
  ENSURE_ARGUMENT(FORWARD(work, bytes, x, NULL), "y is NULL");
  ENSURE_ARGUMENT(BACKWARD(NULL, bytes, w, x, y, g, 0, out), "workspace is NULL");
  ENSURE_SHAPE(BACKWARD(work, 8, w, x, y, g, 0, out), "capacity");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, NULL, x, y, g, 0, out), "weights is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, NULL, y, g, 0, out), "x is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, NULL, g, 0, out), "y is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, y, NULL, 0, out), "grad_y is NULL");
  ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, y, g, 0, NULL), "grad_weights is NULL");
  for (int i = 0; i < 3; i++) {
    ENSURE_ARGUMENT(BACKWARD(work, bytes, w, x, y, g, penalties[i], out), "penalty must be finite and >= 0, got ");
  }
  ENSURE(are_untouched());
  memsim_layer_destroy(layer);
  return 0;
}

/* No samples: no outputs, and of the gradients the penalty alone. */
static int empty_batches_are_allowed(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(draw(layer, &first_draw, NULL) == 0);
  y[0] = grad_x[0] = 7;
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, x, f64, 0, y, NULL));
  ENSURE_OK(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, 0, 0.5, grad_x, grad_weights));
  ENSURE(y[0] == 7 && grad_x[0] == 7);
  for (int i = 0; i < devices; i++) ENSURE(grad_weights[i] == 0.5);
  memsim_layer_destroy(layer);
  return 0;
}

static const test_case tests[] = {
    {"layer_refused.pairs", pairs_are_mapped},
    {"layer_refused.pairs_backward", gradients_of_pairs_are_mapped_back},
    {"layer_refused.pairs_refused", bad_pairs_are_refused},
    {"layer_refused.refused", bad_definitions_are_refused},
    {"layer_refused.nonidealities_refused", bad_nonidealities_are_refused},
    {"layer_refused.excluded", nonidealities_that_exclude_each_other_are_refused},
    {"layer_refused.draws_refused", bad_draws_are_refused},
    {"layer_refused.keys_refused", keys_out_of_range_are_refused},
    {"layer_refused.weights_refused", weights_that_are_none_are_refused},
    {"layer_refused.foreign", foreign_workspaces_are_refused},
    {"layer_refused.batches_refused", bad_batches_are_refused},
    {"layer_refused.operands_refused", bad_operands_are_refused},
    {"layer_refused.empty", empty_batches_are_allowed},
};
SECTION(layer_refused, tests);
