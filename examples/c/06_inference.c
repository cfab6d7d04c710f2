/* Inference in four steps: weights programmed into phase-change memory, their drift, its compensation, a saved state.
 * Build against an installed memsim:  cc 06_inference.c $(pkg-config --cflags --libs memsim) -lm */
#include <math.h>
#include <memsim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { outputs = 32, inputs = 64, count = outputs * inputs };

static const double hour = 3600, day = 86400, month = 2.6e6;
static float wanted[count], fresh[count], weights[count], again[count];

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

/* Part of the wanted weights that `gain` times `found` misses. */
static double missed(const float *found, double gain) {
  double off = 0, all = 0;
  for (int i = 0; i < count; i++) {
    off += pow(gain * (double)found[i] - (double)wanted[i], 2);
    all += pow((double)wanted[i], 2);
  }
  return sqrt(off / all);
}

/* Mean size of weights. */
static double size_of(const float *found) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += fabs((double)found[i]);
  return sum / count;
}

/* Bytes that go on with the same bits, to be freed. */
static void *saved(memsim_inference *programmed, uint64_t *size) {
  check(memsim_inference_state_size(programmed, size));
  void *state = malloc((size_t)*size);
  check(memsim_inference_save(programmed, state, (size_t)*size));
  return state;
}

int main(void) {
  /* 1. A matrix programmed into pairs of devices: every conductance misses its target a little */
  const memsim_random_key key = {2, 0, 0};
  check(memsim_random_normal(NULL, &key, 0, 1, wanted, MEMSIM_FLOAT32, count));
  memsim_inference_def def;
  memsim_inference *programmed = NULL, *copy = NULL;
  check(memsim_inference_def_init(&def, sizeof def));
  def.outputs = outputs;
  def.inputs = inputs;
  def.model = "pcm-like";
  def.seed = 1;
  check(memsim_inference_create(&def, wanted, &programmed));
  check(memsim_inference_weights(programmed, 0, fresh));
  memsim_model_card card = {.size = sizeof card};
  check(memsim_inference_model_info(def.model, &card));
  printf("%s: missed by %.1f %% as programmed\n", card.title, 100 * missed(fresh, 1));

  /* 2. Drift: reads at later times, each from the programmed state, with the noise of a read */
  const double times[] = {hour, day, month};
  double last = missed(fresh, 1);
  for (int i = 0; i < 3; i++) {
    check(memsim_inference_weights(programmed, times[i], weights));
    const double now = missed(weights, 1);
    printf("  after %7.0f s by %.1f %%\n", times[i], 100 * now);
    expect(now > last, "weights drift away");
    last = now;
  }

  /* 3. What all devices have lost in common a factor gives back: global drift compensation */
  const double gain = size_of(fresh) / size_of(weights), left = missed(weights, gain);
  printf("a factor of %.2f after a month: missed by %.1f %%\n", gain, 100 * left);
  expect(gain > 1.2 && left < last / 2, "compensation helps");

  /* 4. A saved chip goes on as the one that it was */
  uint64_t size = 0;
  void *state = saved(programmed, &size);
  def.seed = 2;
  check(memsim_inference_create(&def, wanted, &copy));
  check(memsim_inference_load(copy, state, (size_t)size));
  check(memsim_inference_weights(programmed, day, weights));
  check(memsim_inference_weights(copy, day, again));
  expect(memcmp(weights, again, sizeof weights) == 0, "a state is whole");
  printf("%d bytes hold the chip\n", (int)size);
  free(state);
  memsim_inference_destroy(programmed);
  memsim_inference_destroy(copy);
  return 0;
}
