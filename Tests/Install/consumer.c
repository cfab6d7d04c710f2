/* A stranger's program in C. */
#include <memsim.h>
#include <stdio.h>

int main(void) {
  memsim_array_def def;
  memsim_array *array = NULL;
  const double volts = 0.2;
  double currents[64];
  if (memsim_array_def_init(&def, sizeof def) != MEMSIM_OK) return 1;
  def.rows = def.columns = 8;
  if (memsim_array_create(&def, &array) != MEMSIM_OK) return puts(memsim_last_error()), 1;
  if (memsim_array_read(array, &volts, MEMSIM_FLOAT64, 1, NULL, currents) != MEMSIM_OK) return 1;
  memsim_array_destroy(array);
  printf("%s: %g A\n", memsim_build_info(), currents[0]);
  return memsim_version() / 1000000 != MEMSIM_VERSION_MAJOR;
}
