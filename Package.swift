// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "memsim",
  products: [
    .library(name: "memsim", type: .dynamic, targets: ["MemSim"]),
    .library(name: "MemSimCore", targets: ["MemSimCore"]),
    .executable(name: "memsim-bench", targets: ["memsim-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .systemLibrary(name: "CMemSim", path: "include"),
    .target(name: "CMemSimSIMD"),
    .target(name: "MemSimCore", dependencies: ["CMemSimSIMD"], exclude: ["README.md"]),
    .target(name: "MemSim", dependencies: ["CMemSim", "MemSimCore"]),
    .executableTarget(
      name: "memsim-bench",
      dependencies: ["MemSimCore", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .executableTarget(name: "memsim-example", dependencies: ["MemSimCore"], path: "examples/swift"),
    .testTarget(name: "MemSimCoreTests", dependencies: ["MemSimCore"]),
  ]
)
