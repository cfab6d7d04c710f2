/// Parameters of published use cases.
enum JartPresets {
  private static let guide = "JART VCM v1b User Guide, RWTH Aachen / FZ Jülich"

  static let all: [PresetCard] = [
    PresetCard(
      "user-guide", "the example netlist and its I-V figures", source: guide + ", chapter 3", [("Rth0", [10e6])]),
    PresetCard(
      "sweep", "I-V sweeps with current compliance, varied cells", source: guide + ", table 4.1",
      [("Ndiscmax", [0.15]), ("Ndiscmax_dtod", [0.10, 0.025, 0.20]), ("Ndiscmin_dtod", [0.004, 0.003, 0.016])]),
    PresetCard(
      "kinetics", "SET and RESET kinetics, varied cells", source: guide + ", table 4.1",
      [("Ndiscmax_dtod", [18, 1, 22]), ("Ndiscmin_dtod", [0.004, 0.003, 0.016])]),
    PresetCard(
      "endurance", "1000 cycles, varied cells", source: guide + ", table 4.1",
      [("Ndiscmax", [0.40]), ("Ndiscmax_dtod", [0.39, 0.005, 0.41]), ("Ndiscmin_dtod", [0.004, 0.00525, 0.025])]),
    PresetCard(
      "read-variability", "geometry of the read-variability file", source: "Wiefels et al., IEEE TED 67, 4208 (2020)",
      [("lcell", [5e-9]), ("ldet", [0.6e-9]), ("ldet_dtod", [0.54e-9, 0.03e-9, 0.66e-9])]),
    PresetCard(
      "tud", "limits of the JART-TUD closed form", source: "Ntinas et al., IEEE TCAS-II 69, 2473 (2022)",
      [("Ndiscmax", [22]), ("Ndiscmin", [0.004]), ("Ninit", [0.010])]),
  ]
}
