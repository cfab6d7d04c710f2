// A stranger's program in C++.
#include <iostream>
#include <memsim.hpp>

int main() {
  memsim::Array array("synaptogen", 8, 8);
  std::cout << memsim::build_info() << ": " << array.read(0.2).at(0) << " A\n";
  return array.size() != 64;
}
