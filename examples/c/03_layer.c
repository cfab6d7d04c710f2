/* Training for devices that are not ideal, in five steps: points, a network, training, its deployment, training again.
 * Build against an installed memsim:  cc 03_layer.c $(pkg-config --cflags --libs memsim) -lm */
#include <math.h>
#include <memsim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { inputs = 2, hidden = 24, classes = 2, points = 512, batch = 16, epochs = 80, draws = 10 };
enum { batches = points / batch, most_weights = (inputs + 1) * 2 * hidden };

/* Weights are pairs, one for a device that adds and one for a device that subtracts; the last row is the bias. */
typedef struct layer {
  memsim_layer *handle;
  size_t count, capacity;
  float weights[most_weights], gradient[most_weights];
  void *devices; /* of the latest draw */
} layer;

typedef struct points_of {
  float x[points][inputs];
  int label[points];
} points_of;

static points_of training, testing;

/* Ends the program with the library's sentence. */
static void check(memsim_status status) {
  if (status == MEMSIM_OK) return;
  fprintf(stderr, "status %d: %s\n", (int)status, memsim_last_error());
  exit(1);
}

/* Ends the program unless a result is what it must be. */
static void expect(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "mismatch: %s\n", what);
  exit(1);
}

/* Four clouds at the corners of a square; those at opposite corners are of one class. */
static void make_points(points_of *made, uint64_t stream) {
  const memsim_random_key key = {1, stream, 0};
  check(memsim_random_normal(NULL, &key, 0, 0.12, made->x, MEMSIM_FLOAT32, points * inputs));
  for (int i = 0; i < points; i++) {
    made->x[i][0] += i & 1 ? 0.5f : -0.5f;
    made->x[i][1] += i & 2 ? 0.5f : -0.5f;
    made->label[i] = (i ^ i >> 1) & 1;
  }
}

/* A layer on devices with the I-V law given, or on ohmic ones; `number` tells it from the network's others. */
static layer make_layer(uint64_t from, uint64_t to, const memsim_nonideality *law, uint64_t number) {
  layer made = {.count = (size_t)((from + 1) * 2 * to)};
  memsim_layer_def def;
  uint64_t bytes = 0;
  check(memsim_layer_def_init(&def, sizeof def));
  def.inputs = from;
  def.outputs = to;
  def.nonidealities = law;
  def.nonideality_count = law ? 1 : 0;
  check(memsim_layer_create(&def, &made.handle));
  check(memsim_layer_workspace(made.handle, MEMSIM_FLOAT32, &bytes));
  made.capacity = (size_t)bytes;
  made.devices = malloc(made.capacity);
  const memsim_random_key key = {2, number, 0};
  check(memsim_random_uniform(NULL, &key, 0, 1, made.weights, MEMSIM_FLOAT32, made.count));
  return made;
}

static void make_network(layer net[2], const memsim_nonideality *law) {
  net[0] = make_layer(inputs, hidden, law, 0);
  net[1] = make_layer(hidden, classes, law, 1);
}

static void free_network(layer net[2]) {
  for (int i = 0; i < 2; i++) {
    memsim_layer_destroy(net[i].handle);
    free(net[i].devices);
  }
}

/* New devices for the layer's weights, then the outputs of a batch. */
static void run(layer *layer, uint64_t number, uint64_t call, const float *in, float *out) {
  const memsim_layer_key key = {.seed = 3, .stream = number, .call = call};
  check(memsim_layer_draw(layer->handle, layer->weights, MEMSIM_FLOAT32, &key, NULL, layer->devices, layer->capacity));
  check(memsim_layer_forward(layer->handle, layer->devices, layer->capacity, in, MEMSIM_FLOAT32, batch, out, NULL));
}

/* A step of plain gradient descent, then the projection: no device has a weight below 0. */
static void descend(layer *layer, const float *in, const float *out, const float *by_out, float *by_in) {
  check(memsim_layer_backward(layer->handle, layer->devices, layer->capacity, layer->weights, in, out, by_out,
                              MEMSIM_FLOAT32, batch, 0, by_in, layer->gradient));
  for (size_t i = 0; i < layer->count; i++) {
    layer->weights[i] = fmaxf(0, layer->weights[i] - 0.2f / (float)batch * layer->gradient[i]);
  }
}

/* Batch `number` of the points through the network, to be trained on if so asked; how many points are misjudged. */
static int pass(layer net[2], const points_of *set, int number, uint64_t call, int trains) {
  const float *x = set->x[number * batch];
  const int *label = &set->label[number * batch];
  float sums[batch * hidden], active[batch * hidden], by_active[batch * hidden];
  float score[batch][classes], by_score[batch][classes];
  run(&net[0], 0, call, x, sums);
  for (int i = 0; i < batch * hidden; i++) active[i] = tanhf(sums[i]);
  run(&net[1], 1, call, active, score[0]);
  int errors = 0;
  for (int i = 0; i < batch; i++) { /* cross-entropy */
    const float doubt = 1 / (1 + expf(score[i][label[i]] - score[i][!label[i]]));
    by_score[i][label[i]] = -doubt;
    by_score[i][!label[i]] = doubt;
    errors += doubt >= 0.5f;
  }
  if (!trains) return errors;
  descend(&net[1], active, score[0], by_score[0], by_active);
  for (int i = 0; i < batch * hidden; i++) by_active[i] *= 1 - active[i] * active[i];
  descend(&net[0], x, sums, by_active, NULL);
  return errors;
}

/* Every batch sees devices of its own. */
static void train(layer net[2]) {
  for (uint64_t call = 0; call < epochs * batches; call++) {
    pass(net, &training, (int)(call % batches), call, 1);
  }
}

/* Percent of the points misjudged, as a mean over chips that training never saw. */
static double error_of(layer net[2]) {
  int errors = 0;
  for (uint64_t chip = 0; chip < draws; chip++) {
    for (int number = 0; number < batches; number++) errors += pass(net, &testing, number, 1000000 + chip, 0);
  }
  return 100.0 * errors / (draws * points);
}

int main(void) {
  /* 1. Points of two classes that no line separates */
  make_points(&training, 0);
  make_points(&testing, 1);

  /* 2. The same network on ohmic devices, and on those of a SiOx memristor in its high-resistance window */
  const memsim_nonideality law = {"poole-frenkel", NULL, 0};
  memsim_model_card card = {.size = sizeof card};
  check(memsim_nonideality_info(law.name, &card));
  layer ideal[2], real[2];
  make_network(ideal, NULL);
  make_network(real, &law);
  printf("%s: %d parameters\n", card.title, card.param_count);

  /* 3. Trained on ideal devices */
  train(ideal);
  const double at_home = error_of(ideal);

  /* 4. The same weights on real devices */
  layer aware[2];
  make_network(aware, &law);
  for (int i = 0; i < 2; i++) memcpy(real[i].weights, ideal[i].weights, sizeof ideal[i].weights);
  const double unaware = error_of(real);

  /* 5. Trained on real devices, from the same first weights */
  train(aware);
  const double prepared = error_of(aware);
  printf("error of training on ideal devices: %.2f %% on those, %.2f %% on real ones\n", at_home, unaware);
  printf("error of training on real devices:  %.2f %%\n", prepared);
  expect(at_home < 1, "the network learns");
  expect(prepared < 0.7 * unaware, "it pays to train for the devices"); /* about 3 % and 13 % */
  free_network(ideal);
  free_network(real);
  free_network(aware);
  return 0;
}
