/* Tests of the C API, by section of memsim.h. Run with a word to run only the tests whose name contains it. */
#include "sections.h"

int main(int argc, char **argv) {
  const section *sections[] = {&library_section, &threads_section, &random_section,   &models_section,  &arrays_section,
                               &states_section,  &time_section,    &evaluate_section, &saved_section,   &crossbar_section,
                               &periphery_section, &nonidealities_section, &layer_section, &layer_refused_section,
                               &wires_section, &wires_devices_section, &wires_refused_section,
                               &tile_section,   &tile_refused_section, &tile_wires_section, &compound_section,
                               &inference_section};
  test_case all[256];
  size_t count = 0;
  for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
    for (size_t t = 0; t < sections[s]->count; t++) all[count++] = sections[s]->tests[t];
  }
  return run_tests(argc, argv, all, count);
}
