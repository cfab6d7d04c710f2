/* Analog training in four steps: a tile of pulsed devices, a linear map, its training by pulses, a saved state.
 * Build against an installed memsim:  cc 05_tile.c $(pkg-config --cflags --libs memsim) -lm */
#include <math.h>
#include <memsim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { inputs = 8, outputs = 4, devices = inputs * outputs, batch = 10, steps = 300 };

static float wanted[devices], weights[devices], x[steps][batch][inputs], y[batch][outputs], error[batch][outputs];

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

/* Root mean square of what the tile's weights miss. */
static double missed(memsim_tile *tile) {
  double sum = 0;
  check(memsim_tile_weights(tile, weights));
  for (int i = 0; i < devices; i++) sum += pow((double)weights[i] - (double)wanted[i], 2);
  return sqrt(sum / (double)devices);
}

/* Noisy products of a batch, what they miss, and the pulses that make it less. */
static void train(memsim_tile *tile, int step) {
  check(memsim_tile_forward(tile, x[step][0], batch, y[0]));
  for (int b = 0; b < batch; b++) {
    for (int i = 0; i < outputs; i++) {
      error[b][i] = y[b][i];
      for (int j = 0; j < inputs; j++) error[b][i] -= wanted[i * inputs + j] * x[step][b][j];
    }
  }
  check(memsim_tile_update(tile, x[step][0], error[0], batch, 0.02));
  check(memsim_tile_step(tile));
}

int main(void) {
  /* 1. A tile of devices whose steps become smaller towards their bounds, all as different as real ones */
  memsim_tile_def def;
  memsim_tile *tile = NULL, *copy = NULL;
  check(memsim_tile_def_init(&def, sizeof def));
  def.inputs = inputs;
  def.outputs = outputs;
  def.device = "soft-bounds";
  def.seed = 1;
  check(memsim_tile_create(&def, &tile));
  memsim_model_card card = {.size = sizeof card};
  check(memsim_pulsed_device_info(def.device, &card));
  printf("%s: %d parameters\n", card.title, (int)card.param_count);

  /* 2. A linear map, and inputs to learn it from */
  const memsim_random_key first = {2, 0, 0}, second = {2, 1, 0};
  check(memsim_random_uniform(NULL, &first, -0.2, 0.2, wanted, MEMSIM_FLOAT32, devices));
  check(memsim_random_uniform(NULL, &second, -1, 1, x, MEMSIM_FLOAT32, steps * batch * inputs));

  /* 3. Training: forward through the converters, then pulses */
  const double before = missed(tile);
  for (int step = 0; step < steps; step++) train(tile, step);
  const double after = missed(tile);
  printf("weights missed by %.4f before and by %.4f after training\n", before, after);
  expect(before > 0.08 && after < before / 3, "the tile learns");

  /* 4. A saved tile goes on as the one that it was */
  uint64_t size = 0;
  check(memsim_tile_state_size(tile, &size));
  void *state = malloc((size_t)size);
  check(memsim_tile_save(tile, state, (size_t)size));
  check(memsim_tile_create(&def, &copy));
  check(memsim_tile_load(copy, state, (size_t)size));
  train(tile, 0);
  train(copy, 0);
  missed(tile);
  memcpy(wanted, weights, sizeof weights);
  expect(missed(copy) == 0, "a state is whole"); /* the weights of both are the same */
  printf("%d bytes hold the tile\n", (int)size);
  free(state);
  memsim_tile_destroy(tile);
  memsim_tile_destroy(copy);
  return 0;
}
