// Training for devices that are not ideal, in five steps: points, a network, training, its deployment, training again.
// Build against an installed memsim:  c++ -std=c++17 03_layer.cpp $(pkg-config --cflags --libs memsim)
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memsim.hpp>
#include <stdexcept>

namespace {

using Floats = std::vector<float>;

constexpr std::size_t inputs = 2, hidden = 24, classes = 2, points = 512, batch = 16, epochs = 80, draws = 10;
constexpr std::size_t batches = points / batch;

void expect(bool holds, const char *what) {
  if (!holds) throw std::runtime_error(std::string("mismatch: ") + what);
}

// Four clouds at the corners of a square; those at opposite corners are of one class.
struct Points {
  Floats x;
  std::vector<std::size_t> label;

  explicit Points(std::uint64_t stream) : x(memsim::random::normal(points * inputs, {1, stream, 0}, 0.0, 0.12)) {
    for (std::size_t i = 0; i < points; i++) {
      x[2 * i] += i & 1 ? 0.5f : -0.5f;
      x[2 * i + 1] += i & 2 ? 0.5f : -0.5f;
      label.push_back((i ^ i >> 1) & 1);
    }
  }
};

// A layer with its weights: pairs, one for a device that adds and one for a device that subtracts.
class Trained {
 public:
  Trained(std::size_t from, std::size_t to, const memsim::LayerConfig &config, std::uint64_t number)
      : layer(from, to, config), weights(memsim::random::uniform(layer.size(), {2, number, 0})), number(number) {}

  // New devices for the weights, then the outputs of a batch.
  Floats run(const Floats &in, std::uint64_t call) {
    devices = layer.draw(weights, {3, number, call});
    return layer.forward(devices, in);
  }

  // A step of plain gradient descent, then the projection: no device has a weight below 0. Gives the gradient by `in`.
  Floats descend(const Floats &in, const Floats &out, const Floats &by_out) {
    auto gradients = layer.backward(devices, weights, in, out, by_out);
    for (std::size_t i = 0; i < weights.size(); i++) {
      weights[i] = std::max(0.0f, weights[i] - 0.2f / static_cast<float>(batch) * gradients.weights[i]);
    }
    return std::move(gradients.x);
  }

  void take(const Trained &other) { weights = other.weights; }

 private:
  memsim::Layer layer;
  Floats weights;
  std::vector<std::uint8_t> devices;  // of the latest draw
  std::uint64_t number;               // tells it from the network's others
};

class Network {
 public:
  explicit Network(const memsim::LayerConfig &config)
      : first(inputs, hidden, config, 0), last(hidden, classes, config, 1) {}

  // Every batch sees devices of its own.
  void train(const Points &set) {
    for (std::uint64_t call = 0; call < epochs * batches; call++) pass(set, call % batches, call, true);
  }

  // Percent of the points misjudged, as a mean over chips that training never saw.
  double error(const Points &set) {
    int errors = 0;
    for (std::uint64_t chip = 0; chip < draws; chip++) {
      for (std::size_t number = 0; number < batches; number++) errors += pass(set, number, 1000000 + chip, false);
    }
    return 100.0 * errors / (draws * points);
  }

  void take(const Network &other) {
    first.take(other.first);
    last.take(other.last);
  }

 private:
  // A batch through the network, to be trained on if so asked; how many points are misjudged.
  int pass(const Points &set, std::size_t number, std::uint64_t call, bool trains) {
    const auto begin = set.x.begin() + static_cast<std::ptrdiff_t>(number * batch * inputs);
    const Floats x(begin, begin + static_cast<std::ptrdiff_t>(batch * inputs));
    const Floats sums = first.run(x, call);
    Floats active = sums;
    for (float &value : active) value = std::tanh(value);
    const Floats score = last.run(active, call);
    Floats by_score(score.size());
    int errors = 0;
    for (std::size_t i = 0; i < batch; i++) {  // cross-entropy
      const std::size_t right = 2 * i + set.label[number * batch + i], wrong = right ^ 1;
      const float doubt = 1 / (1 + std::exp(score[right] - score[wrong]));
      by_score[right] = -doubt;
      by_score[wrong] = doubt;
      errors += doubt >= 0.5f;
    }
    if (!trains) return errors;
    Floats by_active = last.descend(active, score, by_score);
    for (std::size_t i = 0; i < active.size(); i++) by_active[i] *= 1 - active[i] * active[i];
    first.descend(x, sums, by_active);
    return errors;
  }

  Trained first, last;
};

void run() {
  // 1. Points of two classes that no line separates
  const Points training(0), testing(1);

  // 2. The same network on ohmic devices, and on those of a SiOx memristor in its high-resistance window
  memsim::LayerConfig real;
  real.nonidealities = {{"poole-frenkel"}};
  Network ideal({}), deployed(real), aware(real);
  std::cout << memsim::nonideality("poole-frenkel").card.title << "; other nonidealities:";
  for (const auto &[name, model] : memsim::nonidealities()) std::cout << " " << name;

  // 3. Trained on ideal devices
  ideal.train(training);
  const double at_home = ideal.error(testing);

  // 4. The same weights on real devices
  deployed.take(ideal);
  const double unaware = deployed.error(testing);

  // 5. Trained on real devices, from the same first weights
  aware.train(training);
  const double prepared = aware.error(testing);
  std::cout << "\nerror of training on ideal devices: " << at_home << " % on those, " << unaware << " % on real ones\n"
            << "error of training on real devices: " << prepared << " %\n";
  expect(at_home < 1, "the network learns");
  expect(prepared < 0.7 * unaware, "it pays to train for the devices");  // about 3 % and 13 %
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
