/// Resistance of a layer's wires: its devices see less than the voltages applied.
package struct WireResistance: Sendable {
  /// Ohm of a segment between two devices, of the drivers, and of what senses the currents.
  let word, bit, source, sense: Double

  init(_ settings: ModelSettings) {
    (word, bit) = (settings.value("r_word"), settings.value("r_bit"))
    (source, sense) = (settings.value("r_source"), settings.value("r_sense"))
  }

  static let card = ModelCard(
    nonideality: "wire-resistance", "Resistance of the wires",
    """
    Inputs drive word lines from the left, currents leave bit lines at the bottom; the bias is the last word line. Solved \
    exactly, sample by sample, and so are gradients. The power is that of the sources, wires included.
    """,
    source: "circuit as in Joksas & Mehonic, SoftwareX 12, 100617 (2020)",
    [
      .init("r_word", unit: "Ohm", "of a word line's segment", in: 0...1e9, default: [1]),
      .init("r_bit", unit: "Ohm", "of a bit line's segment", in: 0...1e9, default: [1]),
      .init("r_source", unit: "Ohm", "of each driver", in: 0...1e9, default: [0]),
      .init("r_sense", unit: "Ohm", "at the end of each bit line", in: 0...1e9, default: [0]),
    ])
}
