/* Of memsim.hpp: memristive layers. */
#ifndef MEMSIM_TRAINING_HPP
#define MEMSIM_TRAINING_HPP

#include "models.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace memsim {

/* Layers of networks on differential pairs of devices that are not ideal; equations and references: see memsim.h. In
 * templates T is float or double; twins that take and return vectors deduce it. */

/** When a layer's devices are drawn anew: see memsim_redraw. */
enum class Redraw : std::int32_t { call = MEMSIM_REDRAW_CALL, sample = MEMSIM_REDRAW_SAMPLE };

/** Which devices a draw gives: a pure function of these; ranges: see memsim_layer_key. */
struct LayerKey {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;       /**< tells the layers of one seed apart */
  std::uint64_t call = 0;         /**< number of the draw */
  std::uint64_t first_sample = 0; /**< number of a batch's first sample */
  std::uint64_t sample_step = 1;  /**< from one sample's number to the next's */
};

namespace detail {
inline memsim_layer_key key(const LayerKey &key) noexcept {
  return {key.seed, key.stream, key.call, key.first_sample, key.sample_step};
}
}  // namespace detail

/** What may differ from the defaults of a layer. */
struct LayerConfig {
  std::vector<Nonideality> nonidealities = {}; /**< they act in physical order, in whichever they are given */
  bool bias = true;                            /**< a last row of weights is driven with k_v */
  double g_off = 5.248407497001691e-07;        /**< S, least conductance */
  double g_on = 2.6242037485008458e-06;        /**< S, greatest conductance */
  double k_v = 0.5;                            /**< V of an input of 1 */
  Redraw redraw = Redraw::call;
  const Context *context = nullptr;
};

/** Gradients of a loss. */
template <class T> struct Gradients {
  std::vector<T> x;       /**< [batch x inputs] */
  std::vector<T> weights; /**< [rows x columns] */
};

/** A layer of a network: extents, window, nonidealities. It never changes; calls on it may run at once. What its
 *  devices are is drawn from weights into a workspace, bytes whose content is the library's. Movable, not copyable; a
 *  moved-from layer may only be assigned to or destroyed. */
class Layer {
 public:
  Layer(std::uint64_t inputs, std::uint64_t outputs, const LayerConfig &config = {})
      : inputs_(static_cast<std::size_t>(inputs)), outputs_(static_cast<std::size_t>(outputs)), bias_(config.bias) {
    memsim_layer_def def;
    detail::check(memsim_layer_def_init(&def, sizeof def));
    const detail::NonidealityList given(config.nonidealities);
    def.inputs = inputs;
    def.outputs = outputs;
    def.bias = config.bias;
    def.g_off = config.g_off;
    def.g_on = config.g_on;
    def.k_v = config.k_v;
    def.nonidealities = given.list().data();
    def.nonideality_count = given.list().size();
    def.redraw = static_cast<std::int32_t>(config.redraw);
    def.context = detail::handle(config.context);
    detail::check(memsim_layer_create(&def, &handle_));
  }
  Layer(Layer &&other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), inputs_(other.inputs_), outputs_(other.outputs_),
        bias_(other.bias_) {}
  Layer &operator=(Layer &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(inputs_, other.inputs_);
    std::swap(outputs_, other.outputs_);
    std::swap(bias_, other.bias_);
    return *this;
  }
  ~Layer() { memsim_layer_destroy(handle_); }

  std::size_t inputs() const noexcept { return inputs_; }
  std::size_t outputs() const noexcept { return outputs_; }
  /** Extents of the weights: {inputs + bias, 2 outputs}. */
  std::pair<std::size_t, std::size_t> shape() const noexcept { return {inputs_ + bias_, 2 * outputs_}; }
  /** Number of weights, one a device. */
  std::size_t size() const noexcept { return (inputs_ + bias_) * 2 * outputs_; }
  /** Bytes of a workspace for devices of precision T. */
  template <class T> std::size_t workspace() const {
    std::uint64_t bytes = 0;
    detail::check(memsim_layer_workspace(handle_, detail::dtype<T>::value, &bytes));
    return static_cast<std::size_t>(bytes);
  }

  /** Draws devices for weights into a workspace.
   *  @param weights   [rows x columns] >= 0, columns + and - in turn
   *  @param workspace [at least workspace<T>()]
   *  @param normals   [rows x columns x 2] that the I-V law takes instead of drawn ones; empty: none */
  template <class T>
  void draw(Span<const T> weights, const LayerKey &key, Span<std::uint8_t> workspace,
            Span<const double> normals = {}) const {
    detail::check_size("weights", weights, size());
    if (normals.size() > 0) detail::check_size("normals", normals, 2 * size());
    const memsim_layer_key plain = detail::key(key);
    detail::check(memsim_layer_draw(handle_, detail::address(weights), detail::dtype<T>::value, &plain,
                                    normals.size() > 0 ? normals.data() : nullptr, detail::address(workspace),
                                    workspace.size()));
  }
  template <class T>
  std::vector<std::uint8_t> draw(const std::vector<T> &weights, const LayerKey &key,
                                 Span<const double> normals = {}) const {
    std::vector<std::uint8_t> bytes(workspace<T>());
    draw<T>(Span<const T>(weights), key, Span<std::uint8_t>(bytes), normals);
    return bytes;
  }

  /** Conductances [rows x columns] S that a draw gives its first sample, all changes made but for the I-V law. */
  template <class T> void conductances(Span<const T> weights, const LayerKey &key, Span<T> out) const {
    detail::check_size("weights", weights, size());
    detail::check_size("out", out, size());
    const memsim_layer_key plain = detail::key(key);
    detail::check(memsim_layer_conductances(handle_, detail::address(weights), detail::dtype<T>::value, &plain,
                                            detail::address(out)));
  }
  template <class T> std::vector<T> conductances(const std::vector<T> &weights, const LayerKey &key) const {
    std::vector<T> out(size());
    conductances<T>(weights, key, out);
    return out;
  }

  /** Outputs of a batch with the devices drawn.
   *  @param workspace as draw() left it
   *  @param x         [batch x inputs] 1
   *  @param y         [batch x outputs] 1
   *  @param power     [batch] W that the devices turn into heat; empty: not wanted */
  template <class T>
  void forward(Span<const std::uint8_t> workspace, Span<const T> x, Span<T> y, Span<T> power = {}) const {
    const std::size_t batch = batchOf(x);
    detail::check_size("y", y, batch * outputs_);
    if (power.size() > 0) detail::check_size("power", power, batch);
    detail::check(memsim_layer_forward(handle_, detail::address(workspace), workspace.size(), detail::address(x),
                                       detail::dtype<T>::value, batch, detail::address(y),
                                       power.size() > 0 ? power.data() : nullptr));
  }
  template <class T>
  std::vector<T> forward(const std::vector<std::uint8_t> &workspace, const std::vector<T> &x) const {
    std::vector<T> y(x.size() / inputs_ * outputs_);
    forward<T>(workspace, x, y);
    return y;
  }

  /** Gradients of a loss, the path through the largest weight included.
   *  @param weights      those drawn
   *  @param y, grad_y    [batch x outputs] outputs, and the loss's derivatives by them
   *  @param grad_x       [batch x inputs]; empty: not wanted
   *  @param grad_weights [rows x columns]
   *  @param penalty      lambda of a term lambda sum |w| of the loss, >= 0 */
  template <class T>
  void backward(Span<const std::uint8_t> workspace, Span<const T> weights, Span<const T> x, Span<const T> y,
                Span<const T> grad_y, Span<T> grad_x, Span<T> grad_weights, double penalty = 0) const {
    const std::size_t batch = batchOf(x);
    detail::check_size("weights", weights, size());
    detail::check_size("y", y, batch * outputs_);
    detail::check_size("grad_y", grad_y, batch * outputs_);
    if (grad_x.size() > 0) detail::check_size("grad_x", grad_x, batch * inputs_);
    detail::check_size("grad_weights", grad_weights, size());
    detail::check(memsim_layer_backward(handle_, detail::address(workspace), workspace.size(),
                                        detail::address(weights), detail::address(x), detail::address(y),
                                        detail::address(grad_y), detail::dtype<T>::value, batch, penalty,
                                        grad_x.size() > 0 ? grad_x.data() : nullptr, detail::address(grad_weights)));
  }
  template <class T>
  Gradients<T> backward(const std::vector<std::uint8_t> &workspace, const std::vector<T> &weights,
                        const std::vector<T> &x, const std::vector<T> &y, const std::vector<T> &grad_y,
                        double penalty = 0) const {
    Gradients<T> found{std::vector<T>(x.size()), std::vector<T>(size())};
    backward<T>(workspace, weights, x, y, grad_y, found.x, found.weights, penalty);
    return found;
  }

  /** For calls of memsim.h. */
  memsim_layer *handle() const noexcept { return handle_; }

 private:
  template <class T> std::size_t batchOf(Span<const T> x) const {
    const std::size_t batch = x.size() / inputs_;
    detail::check_size("x", x, batch * inputs_);
    return batch;
  }

  memsim_layer *handle_ = nullptr;
  std::size_t inputs_, outputs_;
  bool bias_;
};

/** How signed weights go onto pairs: see memsim_mapping. */
enum class Mapping : std::int32_t { low = MEMSIM_MAPPING_LOW, average = MEMSIM_MAPPING_AVERAGE };

/** Signed weights as pairs of twice as many for Layer::draw(). */
template <class T> void pairs(Span<const T> weights, Span<T> out, Mapping mapping = Mapping::low) {
  detail::check_size("out", out, 2 * weights.size());
  detail::check(memsim_pairs(detail::address(weights), detail::dtype<T>::value, weights.size(),
                             static_cast<std::int32_t>(mapping), detail::address(out)));
}
template <class T> std::vector<T> pairs(const std::vector<T> &weights, Mapping mapping = Mapping::low) {
  std::vector<T> out(2 * weights.size());
  pairs<T>(weights, out, mapping);
  return out;
}

/** From gradients by pairs to gradients by signed weights. */
template <class T>
void pairs_backward(Span<const T> weights, Span<const T> grad_pairs, Span<T> out, Mapping mapping = Mapping::low) {
  detail::check_size("grad_pairs", grad_pairs, 2 * weights.size());
  detail::check_size("out", out, weights.size());
  detail::check(memsim_pairs_backward(detail::address(weights), detail::dtype<T>::value, weights.size(),
                                      static_cast<std::int32_t>(mapping), detail::address(grad_pairs),
                                      detail::address(out)));
}
template <class T>
std::vector<T> pairs_backward(const std::vector<T> &weights, const std::vector<T> &grad_pairs,
                              Mapping mapping = Mapping::low) {
  std::vector<T> out(weights.size());
  pairs_backward<T>(weights, grad_pairs, out, mapping);
  return out;
}

}  // namespace memsim

#endif
