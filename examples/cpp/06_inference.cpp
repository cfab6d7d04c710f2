// Inference in four steps: weights programmed into phase-change memory, their drift, its compensation, other devices.
// Build against an installed memsim:  c++ -std=c++17 06_inference.cpp $(pkg-config --cflags --libs memsim)
#include <cmath>
#include <iostream>
#include <memsim.hpp>
#include <stdexcept>

namespace {

using Floats = std::vector<float>;

constexpr std::size_t outputs = 32, inputs = 64;
constexpr double hour = 3600, day = 86400, month = 2.6e6;

void expect(bool holds, const char *what) {
  if (!holds) throw std::runtime_error(std::string("mismatch: ") + what);
}

// Part of the wanted weights that `gain` times `found` misses.
double missed(const Floats &wanted, const Floats &found, double gain = 1) {
  double off = 0, all = 0;
  for (std::size_t i = 0; i < wanted.size(); i++) {
    off += std::pow(gain * double(found[i]) - double(wanted[i]), 2);
    all += std::pow(double(wanted[i]), 2);
  }
  return std::sqrt(off / all);
}

// Sum of the sizes of weights.
double size_of(const Floats &weights) {
  double sum = 0;
  for (const float w : weights) sum += std::abs(double(w));
  return sum;
}

void run() {
  // 1. A matrix programmed into pairs of devices: every conductance misses its target a little
  const Floats wanted = memsim::random::normal(outputs * inputs, {2, 0, 0}, 0.0f, 1.0f);
  memsim::InferenceConfig config;
  config.seed = 1;
  memsim::Inference programmed(wanted, outputs, inputs, config);
  const Floats fresh = programmed.weights();
  std::cout << memsim::inference_model(config.model).card.title << ", " << programmed.planes() << " devices a weight: missed by "
            << missed(wanted, fresh) << " as programmed\n";

  // 2. Drift: reads at later times, each from the programmed state, with the noise of a read
  double last = missed(wanted, fresh);
  for (const double t : {hour, day, month}) {
    const double now = missed(wanted, programmed.weights(t));
    std::cout << "  after " << t << " s by " << now << "\n";
    expect(now > last, "weights drift away");
    last = now;
  }

  // 3. What all devices have lost in common a factor gives back: global drift compensation
  const Floats late = programmed.weights(month);
  const double gain = size_of(fresh) / size_of(late), left = missed(wanted, late, gain);
  std::cout << "a factor of " << gain << " after a month: missed by " << left << "\n";
  expect(gain > 1.2 && left < last / 2, "compensation helps");

  // 4. Other devices, each with the converter that suits it; and a saved chip, which goes on as the one that it was
  for (const auto &[name, model] : memsim::inference_models()) {
    config.model = name;
    std::cout << "  " << name << ": missed by " << missed(wanted, memsim::Inference(wanted, outputs, inputs, config).weights(day))
              << " after a day\n";
  }
  config = {};
  memsim::Inference copy(wanted, outputs, inputs, config);
  copy.load(programmed.state());
  expect(programmed.weights(day) == copy.weights(day), "a state is whole");
  std::cout << programmed.state().size() << " bytes hold the chip\n";
}

}  // namespace

int main() {
  try {
    run();
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
