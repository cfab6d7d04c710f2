/* Section 9, Training: what layers compute. */
#include "layer_sets.h"

/* -- Layers by hand */

static int defaults_are_the_documented_ones(void) {
  memsim_layer_def def;
  ENSURE_OK(memsim_layer_def_init(&def, sizeof def));
  ENSURE(def.size == sizeof def && def.bias == 1 && def.inputs == 64 && def.outputs == 64 && def.k_v == 0.5);
  ENSURE(def.g_off == 5.248407497001691e-07 && def.g_on == 2.6242037485008458e-06 && def.reserved == 0);
  ENSURE(!def.nonidealities && !def.nonideality_count && def.redraw == MEMSIM_REDRAW_CALL && !def.context);
  ENSURE_ARGUMENT(memsim_layer_def_init(NULL, sizeof def), "def is NULL");
  ENSURE_ARGUMENT(memsim_layer_def_init(&def, sizeof def + 8), "size");
  memset(&def, 0xa5, sizeof def); /* a caller of an older header, which ends before k_v */
  ENSURE_OK(memsim_layer_def_init(&def, offsetof(memsim_layer_def, k_v)));
  ENSURE(def.size == offsetof(memsim_layer_def, k_v) && ((unsigned char *)&def)[sizeof def - 1] == 0xa5);
  memsim_layer *layer = NULL;
  uint64_t bytes = 0;
  ENSURE_OK(memsim_layer_create(&def, &layer));
  ENSURE_OK(memsim_layer_workspace(layer, f64, &bytes));
  ENSURE(bytes >= 65 * 128 * sizeof(double) && bytes <= 65 * 128 * sizeof(double) * 4 + 4096);
  memsim_layer_destroy(layer);
  memsim_layer_destroy(NULL);
  return 0;
}

/* Ohmic devices: y = x W + b, and a device at V takes G V². */
static int ohmic_layers_are_affine_maps(void) {
  fill_operands();
  memsim_layer *layer = make_layer(&ideal, MEMSIM_REDRAW_CALL, NULL);
  ENSURE(run(layer, &first_draw) == 0);
  ENSURE_OK(memsim_layer_draw(layer, narrow_weights, f32, &first_draw, NULL, workspace, room));
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, narrow_x, f32, batch, narrow_y, narrow_power));
  ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
  for (int b = 0; b < batch; b++) {
    double watts = 0;
    for (int k = 0; k < outputs; k++) {
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        const double value = i < inputs ? x[b * inputs + i] : 1, *w = &weights[i * columns + 2 * k];
        sum += value * (w[0] - w[1]);
        watts += 0.25 * value * value * (conductance[i * columns + 2 * k] + conductance[i * columns + 2 * k + 1]);
      }
      /* Of 71 terms up to 2, each a difference of currents: roundings of some 1e-14 in double precision. */
      ENSURE(fabs(y[b * outputs + k] - sum) < 1e-12 && fabs(narrow_y[b * outputs + k] - sum) < 1e-4);
    }
    ENSURE(is_close(power[b], watts, 1e-12) && is_close(narrow_power[b], watts, 1e-5));
  }
  memsim_layer_destroy(layer);
  return 0;
}

/* G = k_g w + g_off; the largest weight has g_on. */
static int conductances_fill_the_window(void) {
  fill_operands();
  const memsim_layer_def def = def_of(&ideal);
  memsim_layer *layer = make_layer(&ideal, MEMSIM_REDRAW_CALL, NULL);
  weights[0] = 0;
  ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
  for (int i = 0; i < devices; i++) {
    ENSURE(is_close(conductance[i], def.g_off + weights[i] / 2 * (def.g_on - def.g_off), 1e-15));
    ENSURE(conductance[i] >= def.g_off && conductance[i] <= def.g_on);
  }
  ENSURE(conductance[0] == def.g_off && is_close(conductance[11], def.g_on, 1e-15));
  memsim_layer_destroy(layer);
  return 0;
}

/* Where the programmable states are, and that the nearest is taken. */
static int states_are_where_they_should_be(void) {
  fill_operands();
  const double by_resistance = 1;
  const memsim_param spaced[] = {{"levels", &few, 1}, {"spacing", &by_resistance, 1}};
  const memsim_nonideality kinds[] = {
      {"discrete-states", states, 1}, {"discrete-states", spaced, 2}, {"quantization", steps, 1}};
  const double gaps[] = {4, 4, 16};
  for (int k = 0; k < 3; k++) {
    const set set = {&kinds[k], 1};
    const memsim_layer_def def = def_of(&set);
    memsim_layer *layer = make_layer(&set, MEMSIM_REDRAW_CALL, NULL);
    ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
    for (int i = 0; i < devices; i++) {
      const double g = conductance[i], wanted = def.g_off + weights[i] / 2 * (def.g_on - def.g_off);
      const double place = k == 1 ? (1 / g - 1 / def.g_on) / (1 / def.g_off - 1 / def.g_on)
                                  : (g - def.g_off) / (def.g_on - def.g_off);
      ENSURE(fabs(place * gaps[k] - round(place * gaps[k])) < 1e-9 && place > -1e-12 && place < 1 + 1e-12);
      ENSURE(k == 1 || fabs(g - wanted) <= (def.g_on - def.g_off) / gaps[k] / 2 * (1 + 1e-9));
    }
    memsim_layer_destroy(layer);
  }
  return 0;
}

/* Of 2698 devices some 675 are stuck, give or take five deviations of 22; the others are as programmed. */
static int some_devices_are_stuck(void) {
  fill_operands();
  const memsim_nonideality kinds[] = {{"stuck-at", stuck_at, 2}, {"stuck-at-off", with_probability, 1},
                                      {"stuck-at-on", with_probability, 1}, {"stuck-distribution", stuck_by, 3}};
  for (int k = 0; k < 4; k++) {
    const set set = {&kinds[k], 1};
    const memsim_layer_def def = def_of(&set);
    const double value[] = {level, def.g_off, def.g_on};
    memsim_layer *layer = make_layer(&set, MEMSIM_REDRAW_CALL, NULL);
    ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
    int stuck = 0;
    for (int i = 0; i < devices; i++) {
      if (is_close(conductance[i], def.g_off + weights[i] / 2 * (def.g_on - def.g_off), 1e-15)) continue;
      ENSURE(k < 3 ? conductance[i] == value[k] : conductance[i] >= 0 && conductance[i] < 4e-6);
      stuck++;
    }
    ENSURE(stuck > 565 && stuck < 785);
    memsim_layer_destroy(layer);
  }
  return 0;
}

/* With normals given, a layer's currents are those of the law, device by device. */
static int replayed_devices_follow_the_law(void) {
  fill_operands();
  static double normals[2 * devices], volts[devices], current[devices], by_g[devices], by_v[devices];
  memsim_layer *layer = make_layer(&emission, MEMSIM_REDRAW_CALL, NULL);
  const memsim_layer_def def = def_of(&emission);
  for (int i = 0; i < 2 * devices; i++) normals[i] = (i * 17 % 23 - 11) / 8.0;
  ENSURE(draw(layer, &first_draw, normals) == 0);
  ENSURE_OK(memsim_layer_forward(layer, workspace, room, x, f64, batch, y, power));
  ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
  for (int b = 0; b < batch; b++) {
    for (int i = 0; i < devices; i++) volts[i] = i / columns < inputs ? def.k_v * x[b * inputs + i / columns] : def.k_v;
    ENSURE_OK(memsim_law_evaluate(poole_frenkel, volts, conductance, normals, devices, current, by_g, by_v));
    double watts = 0, sums[outputs] = {0};
    for (int i = 0; i < devices; i++) {
      watts += fabs(volts[i] * current[i]);
      sums[i % columns / 2] += (i % 2 ? -1 : 1) * current[i] * 2 / (def.k_v * (def.g_on - def.g_off));
    }
    ENSURE(is_close(power[b], watts, 1e-12));
    for (int k = 0; k < outputs; k++) ENSURE(fabs(y[b * outputs + k] - sums[k]) < 1e-10); /* of terms up to 1e2 */
  }
  memsim_layer_destroy(layer);
  return 0;
}

/* -- Gradients */

enum { few_inputs = 5, few_outputs = 3, few_samples = 4, few_weights = (few_inputs + 1) * 2 * few_outputs };
static double small_w[few_weights], small_x[few_samples * few_inputs], small_y[few_samples * few_outputs];

static memsim_layer *make_small(const set *set, int32_t redraw) {
  memsim_layer_def def = def_of(set);
  def.inputs = few_inputs;
  def.outputs = few_outputs;
  def.redraw = redraw;
  memsim_layer *layer = NULL;
  for (int i = 0; i < few_weights; i++) small_w[i] = (i * 7 % 37 + 1) / 32.0;
  for (int i = 0; i < few_samples * few_inputs; i++) small_x[i] = (i * 11 % 23 - 11.5) / 8;
  return memsim_layer_create(&def, &layer) == MEMSIM_OK ? layer : NULL;
}

/* The sum of grad_y times y, plus the penalty. */
static double loss(const memsim_layer *layer, double penalty) {
  double sum = 0;
  if (memsim_layer_draw(layer, small_w, f64, &first_draw, NULL, workspace, room) ||
      memsim_layer_forward(layer, workspace, room, small_x, f64, few_samples, small_y, NULL)) {
    return NAN;
  }
  for (int i = 0; i < few_samples * few_outputs; i++) sum += grad_y[i] * small_y[i];
  for (int i = 0; i < few_weights; i++) sum += penalty * small_w[i];
  return sum;
}

/* By central differences of step 1e-6, which err by some 1e-9 of a loss of some 10. */
static int are_differences(const memsim_layer *layer, double *values, int count, const double *gradient,
                           double penalty) {
  for (int i = 0; i < count; i++) {
    const double value = values[i], h = 1e-6;
    values[i] = value + h;
    const double above = loss(layer, penalty);
    values[i] = value - h;
    const double below = loss(layer, penalty);
    values[i] = value;
    ENSURE(is_near((above - below) / (2 * h), gradient[i], 1e-6));
  }
  return 0;
}

static int gradients_are_differences(void) {
  fill_operands();
  const double penalty = 0.125;
  double by_x[few_samples * few_inputs], by_w[few_weights], alone[few_weights];
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_small(&all_sets[s], redraw);
      ENSURE(isfinite(loss(layer, penalty)));
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, small_w, small_x, small_y, grad_y, f64,
                                      few_samples, penalty, by_x, by_w));
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, small_w, small_x, small_y, grad_y, f64,
                                      few_samples, penalty, NULL, alone));
      /* Without the inputs' gradient other loops run: some roundings differ. */
      for (int i = 0; i < few_weights; i++) ENSURE(is_near(alone[i], by_w[i], 1e-12));
      ENSURE(are_differences(layer, small_x, few_samples * few_inputs, by_x, 0) == 0);
      /* Programming in steps counts as the identity, which differences do not see. */
      if (s < smooth_sets) ENSURE(are_differences(layer, small_w, few_weights, by_w, penalty) == 0);
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

/* lambda sum |w| adds lambda where w > 0 and nothing where it is 0; several largest weights share what goes through
 * them. */
static int penalty_and_ties_are_shared_out(void) {
  fill_operands();
  memsim_layer *layer = make_small(&emission, MEMSIM_REDRAW_CALL);
  double with[few_weights], without[few_weights], single[few_weights];
  small_w[3] = 0;
  for (int ties = 0; ties < 2; ties++) {
    small_w[7] = small_w[20] = 4;
    if (!ties) small_w[20] = nextafter(4, 0);
    ENSURE(isfinite(loss(layer, 0)));
    for (int penalized = 0; penalized < 2; penalized++) {
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, small_w, small_x, small_y, grad_y, f64,
                                      few_samples, penalized ? 0.5 : 0, NULL, penalized ? with : without));
    }
    for (int i = 0; i < few_weights; i++) ENSURE(is_near(with[i] - (i == 3 ? 0 : 0.5), without[i], 1e-12));
    if (!ties) memcpy(single, without, sizeof single);
  }
  const double moved = single[7] - without[7];
  ENSURE(fabs(moved) > 1e-3 && is_near(without[20] - single[20], moved, 1e-9));
  for (int i = 0; i < few_weights; i++) ENSURE(i == 7 || i == 20 || is_near(without[i], single[i], 1e-9));
  memsim_layer_destroy(layer);
  return 0;
}

/* -- Draws are pure functions of their key */

static int equal_keys_give_equal_bits(void) {
  fill_operands();
  static double again[batch * outputs];
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_layer(&all_sets[s], redraw, NULL);
      const memsim_layer_key keys[] = {{1, 2, 3, 0, 1}, {9, 2, 3, 0, 0}, {1, 9, 3, 0, 0}, {1, 2, 9, 0, 0}};
      ENSURE(run(layer, &first_draw) == 0);
      memcpy(again, y, sizeof y);
      for (int k = 0; k < 4; k++) {
        ENSURE(run(layer, &keys[k]) == 0);
        ENSURE((memcmp(again, y, sizeof y) == 0) == (k == 0 || s == 0)); /* ideal devices draw nothing */
      }
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

/* Sample b of a layer that is drawn for every sample has the conductances of first_sample + b sample_step. */
static int samples_have_devices_of_their_own(void) {
  fill_operands();
  for (int i = inputs; i < batch * inputs; i++) x[i] = x[i % inputs];
  for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
    memsim_layer *layer = make_layer(&spread_alone, redraw, NULL);
    memsim_layer_key key = {.seed = 4, .first_sample = 7, .sample_step = 3};
    ENSURE(run(layer, &key) == 0);
    for (int b = 0; b < batch; b++) {
      ENSURE(b == 0 || (memcmp(y, y + b * outputs, outputs * sizeof *y) == 0) == (redraw == MEMSIM_REDRAW_CALL));
      if (redraw == MEMSIM_REDRAW_SAMPLE) key.first_sample = 7 + 3 * (uint64_t)b;
      ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &key, conductance));
      for (int k = 0; k < outputs; k++) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
          const double *g = &conductance[i * columns + 2 * k];
          sum += (i < inputs ? x[b * inputs + i] : 1) * (g[0] - g[1]);
        }
        const memsim_layer_def def = def_of(&ideal);
        ENSURE(fabs(y[b * outputs + k] - sum * 2 / (def.g_on - def.g_off)) < 1e-12);
      }
    }
    memsim_layer_destroy(layer);
  }
  return 0;
}

static int are_alike(const float *narrow, const double *values, int count, double tolerance) {
  double largest = 0;
  for (int i = 0; i < count; i++) largest = fmax(largest, fabs(values[i]));
  for (int i = 0; i < count; i++) ENSURE(fabs(narrow[i] - values[i]) <= tolerance * largest);
  return 0;
}

/* Single and double precision draw the same devices and agree to what single precision leaves: 1e-7 an operation. */
static int precisions_agree(void) {
  fill_operands();
  static float narrow_grad_y[batch * outputs], narrow_grad_x[batch * inputs], narrow_grad_weights[devices];
  for (int i = 0; i < batch * outputs; i++) narrow_grad_y[i] = (float)grad_y[i];
  for (int s = 0; s < smooth_sets; s++) { /* of others a rounding may choose the next state */
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_layer(&all_sets[s], redraw, NULL);
      ENSURE_OK(memsim_layer_conductances(layer, weights, f64, &first_draw, conductance));
      ENSURE(run(layer, &first_draw) == 0);
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, batch, 0, grad_x,
                                      grad_weights));
      ENSURE_OK(memsim_layer_conductances(layer, narrow_weights, f32, &first_draw, narrow_conductance));
      ENSURE_OK(memsim_layer_draw(layer, narrow_weights, f32, &first_draw, NULL, workspace, room));
      ENSURE_OK(memsim_layer_forward(layer, workspace, room, narrow_x, f32, batch, narrow_y, narrow_power));
      ENSURE_OK(memsim_layer_backward(layer, workspace, room, narrow_weights, narrow_x, narrow_y, narrow_grad_y, f32,
                                      batch, 0, narrow_grad_x, narrow_grad_weights));
      ENSURE(are_alike(narrow_conductance, conductance, devices, 1e-5) == 0);
      ENSURE(are_alike(narrow_y, y, batch * outputs, 1e-4) == 0 && are_alike(narrow_power, power, batch, 1e-4) == 0);
      ENSURE(are_alike(narrow_grad_x, grad_x, batch * inputs, 1e-4) == 0);
      ENSURE(are_alike(narrow_grad_weights, grad_weights, devices, 1e-4) == 0);
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

/* -- Same bits for any split and any number of threads */

static memsim_context *threads(int32_t count) {
  memsim_context_def def;
  memsim_context *context = NULL;
  memsim_context_def_init(&def, sizeof def);
  def.threads = count;
  return memsim_context_create(&def, &context) == MEMSIM_OK ? context : NULL;
}

/* Pieces of a batch have the bits of the whole, whether they share a draw or each says which its first sample is. */
static int is_independent_of_the_split(const memsim_layer *layer, int draws_anew) {
  static double piece[batch * outputs], watts[batch];
  ENSURE(run(layer, &first_draw) == 0);
  for (int length = 1; length < batch; length += 11) {
    for (int first = 0; first < batch; first += length) {
      const int count = first + length < batch ? length : batch - first;
      memsim_layer_key key = first_draw;
      key.first_sample = (uint64_t)first;
      if (draws_anew) ENSURE(draw(layer, &key, NULL) == 0);
      ENSURE_OK(memsim_layer_forward(layer, workspace, room, x + first * inputs, f64, (size_t)count,
                                     piece + first * outputs, watts + first));
    }
    ENSURE(memcmp(piece, y, sizeof y) == 0 && memcmp(watts, power, sizeof power) == 0);
  }
  return 0;
}

static int splits_give_the_same_bits(void) {
  fill_operands();
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      memsim_layer *layer = make_layer(&all_sets[s], redraw, NULL);
      ENSURE(is_independent_of_the_split(layer, 1) == 0);
      if (redraw == MEMSIM_REDRAW_CALL && s < quiet_sets) ENSURE(is_independent_of_the_split(layer, 0) == 0);
      memsim_layer_destroy(layer);
    }
  }
  return 0;
}

static int threads_give_the_same_bits(void) {
  fill_operands();
  static double results[2][batch * outputs + batch + batch * inputs + devices];
  for (int s = 0; s < set_count; s++) {
    for (int32_t redraw = MEMSIM_REDRAW_CALL; redraw <= MEMSIM_REDRAW_SAMPLE; redraw++) {
      for (int t = 0; t < 2; t++) {
        memsim_context *context = threads(1 + 2 * t);
        memsim_layer *layer = make_layer(&all_sets[s], redraw, context);
        memsim_context_destroy(context); /* the layer keeps it */
        ENSURE(run(layer, &first_draw) == 0);
        ENSURE_OK(memsim_layer_backward(layer, workspace, room, weights, x, y, grad_y, f64, batch, 0.25,
                                        grad_x, grad_weights));
        double *at = results[t];
        memcpy(at, y, sizeof y), at += batch * outputs;
        memcpy(at, power, sizeof power), at += batch;
        memcpy(at, grad_x, sizeof grad_x), at += batch * inputs;
        memcpy(at, grad_weights, sizeof grad_weights);
        memsim_layer_destroy(layer);
      }
      ENSURE(memcmp(results[0], results[1], sizeof results[0]) == 0);
    }
  }
  return 0;
}

static const test_case tests[] = {
    {"layer.defaults", defaults_are_the_documented_ones},
    {"layer.affine", ohmic_layers_are_affine_maps},
    {"layer.window", conductances_fill_the_window},
    {"layer.states", states_are_where_they_should_be},
    {"layer.stuck", some_devices_are_stuck},
    {"layer.replay", replayed_devices_follow_the_law},
    {"layer.gradients", gradients_are_differences},
    {"layer.penalty", penalty_and_ties_are_shared_out},
    {"layer.keys", equal_keys_give_equal_bits},
    {"layer.samples", samples_have_devices_of_their_own},
    {"layer.precisions", precisions_agree},
    {"layer.split", splits_give_the_same_bits},
    {"layer.threads", threads_give_the_same_bits},
};
SECTION(layer, tests);
