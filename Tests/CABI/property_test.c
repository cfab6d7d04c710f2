/* Throws many thousands of random good and bad calls at the C API: see property.h. A crash or a hang is a failure.
 * usage: property_test [rounds]            every kind of call in each round, and in every fifth a circuit of wires
 *        property_test circuits [rounds]   circuits of wires alone, one a round */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "property.h"

static int call_one(const random_call *calls, size_t count) {
  forget_blame();
  return calls[below(count)]();
}

static int call_each(void) {
  return call_one(random_fills, random_fill_count) || call_one(model_calls, model_call_count) ||
         call_one(array_calls, array_call_count) || call_one(array_calls, array_call_count) ||
         call_one(state_calls, state_call_count) || call_one(time_calls, time_call_count) ||
         call_one(dense_calls, dense_call_count) || call_one(layer_calls, layer_call_count) ||
         call_one(wires_calls, wires_call_count) ||
         call_one(tile_calls, tile_call_count) || call_one(tile_calls, tile_call_count) ||
         call_one(inference_calls, inference_call_count) || (chance(5) && random_circuit());
}

/* Circuits that are hopeless are few. */
static int report_circuits(void) {
  printf("%ld circuits were solved, %ld have no answer\n", solved_circuits, unsolved_circuits);
  return unsolved_circuits > solved_circuits / 4;
}

static int solve_circuits(long rounds) {
  for (long i = 0; i < rounds; i++) {
    if (random_circuit()) return printf("in round %ld of %ld\n", i, rounds), 1;
  }
  return report_circuits();
}

int main(int argc, char **argv) {
  alarm(300);
  if (argc > 1 && strcmp(argv[1], "circuits") == 0) return solve_circuits(argc > 2 ? atol(argv[2]) : 10000);
  const long rounds = argc > 1 ? atol(argv[1]) : 30000;
  if (setup_arrays() || setup_timed_arrays() || setup_layers() || setup_wires() || setup_tiles() || setup_inference()) {
    return puts("setup failed"), 1;
  }
  for (long i = 0; i < rounds; i++) {
    if (call_each()) return printf("in round %ld of %ld\n", i, rounds), 1;
  }
  teardown_arrays();
  teardown_timed_arrays();
  teardown_layers();
  teardown_wires();
  teardown_tiles();
  teardown_inference();
  if (report_circuits()) return 1;
  printf("%ld calls kept their promises, %ld of them by refusing\n", judged_calls, refused_calls);
  return refused_calls < judged_calls / 10 || refused_calls > judged_calls * 9 / 10; /* else it tests one side only */
}
