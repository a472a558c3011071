import Foundation
import Kernels
import Tensors
import Testing

/// Networks give what torchvision and segmentation_models_pytorch give (Tests/Zoo/parity.py). The
/// other sizes and strides, and weights from files, are compared by `parity.py --all`.
struct ParityTests {
  static let names = [
    "torchvision/deeplabv3_resnet50", "torchvision/deeplabv3_mobilenet_v3_large",
    "torchvision/fcn_resnet50", "smp/deeplabv3plus_resnet50", "smp/deeplabv3plus_xception65",
    "smp/deeplabv3plus_mobilenet_v2",
  ]

  /// Relative L2.
  static let bound = 1e-5

  /// Of class indices, the share that may fall to the other of two classes that tie.
  static let labelBound = 1e-3

  #if DEBUG
    static let isFast = false
  #else
    static let isFast = true
  #endif

  static func reference(_ name: String) throws -> ParityReference {
    try ParityReference(name.replacing("/", with: "_"))
  }

  @Test(.enabled(if: isFast, "tens of GMAC: release builds only"), arguments: names)
  func everyTapIsThatOfTheLibrary(name: String) throws {
    let run = try ParityRun(name, against: try Self.reference(name))
    for (tap, distance) in run.distances.sorted(by: { $0.key < $1.key }) {
      #expect(distance <= Self.bound, "`\(tap)` of \(name) is \(distance) away")
    }
    #expect(run.differingLabels <= Self.labelBound)
  }

  /// Sums in float32, as the library's own, which are up to 4e-5 from the references on MobileNets.
  @Test(.enabled(if: isFast, "tens of GMAC: release builds only"), arguments: names)
  func theKernelsOfThisProcessorComeNear(name: String) throws {
    let run = try ParityRun(name, against: try Self.reference(name), kernels: .standard)
    for (tap, distance) in run.distances.sorted(by: { $0.key < $1.key }) {
      #expect(distance <= 5e-5, "`\(tap)` of \(name) is \(distance) away")
    }
    #expect(run.differingLabels <= Self.labelBound)
  }

  static let slips: [Slip] = [
    Slip(
      network: names[1], name: "rate", file: "torchvision/heads.net", pattern: "aspp<12, 24, 36",
      replacement: "aspp<6, 12, 18"),
    Slip(
      network: names[1], name: "eps", file: "torchvision/heads.net", pattern: "bn eps=1e-5 @2",
      replacement: "bn eps=1e-3 @2"),
    Slip(
      network: names[1], name: "resize grid", file: "deeplabv3_mobilenet_v3_large.net",
      pattern: "@classifier |> resize like=image",
      replacement: "@classifier |> resize like=image align_corners=yes"),
    Slip(
      network: names[5], name: "rate", file: "smp/deeplabv3plus_mobilenet_v2.net",
      pattern: "os=os atrous=all", replacement: "os=os"),
    Slip(
      network: names[5], name: "eps", file: "smp/decoder.net", pattern: "bn eps=1e-5 @aspp.2",
      replacement: "bn eps=1e-3 @aspp.2"),
    Slip(
      network: names[5], name: "resize grid", file: "smp/decoder.net",
      pattern: "resize 4x align_corners=yes", replacement: "resize 4x"),
  ]

  @Test(.enabled(if: isFast, "release builds only"), arguments: slips)
  func aPlantedSlipShows(slip: Slip) throws {
    #expect(Zoo.files.contains { $0.hasSuffix(slip.file) && Zoo.text($0).contains(slip.pattern) })
    let run = try ParityRun(slip.network, against: try Self.reference(slip.network), with: slip)
    #expect(run.worst.distance > Self.bound, "\(run.worst)")
    #expect(run.distances["logits"] ?? 0 > Self.bound)
  }

  /// A reference that much would meet proves nothing.
  @Test(arguments: names)
  func aReferenceIsNotVacuous(name: String) throws {
    let reference = try Self.reference(name)
    #expect(Set(reference.labels).count >= 5)
    #expect(reference.labels.count == ParityReference.limit)
    #expect(reference.taps.count >= 8)
    #expect(reference.taps.contains { $0.name == "logits" && $0.shape.c == 21 })
    for tap in reference.taps {
      #expect(tap.positions.count == min(tap.shape.count, ParityReference.limit), "\(tap.name)")
      #expect(tap.values.count == tap.positions.count, "\(tap.name)")
      #expect(tap.means.count == tap.shape.c, "\(tap.name)")
      #expect(tap.variation >= 0.01, "\(tap.name)")
    }
  }

  @Test func referencesStaySmall() throws {
    let files = Zoo.names(under: ParityReference.folder, ending: ".safetensors")
    #expect(files.count == Self.names.count)
    let sizes = try files.map {
      try #require(FileManager.default.contents(atPath: "\(Zoo.root)/\($0)")).count
    }
    #expect(sizes.reduce(0, +) < 3_000_000)
  }
}

/// The comparison itself.
struct ParityDistanceTests {
  /// Two channels of 30 numbers around 100 and −50, all of them positions.
  private static let values: [Float] = (0..<60).map { index in
    (index < 30 ? 100 : -50) + Float((index * 7) % 11)
  }

  private static func tap(_ values: [Float] = values) throws -> ParityReference.Tap {
    let means = [values[..<30], values[30...]].map { $0.reduce(0, +) / 30 }
    return ParityReference.Tap(
      name: "tap", shape: try #require(Shape([1, 2, 5, 6])), positions: Array(values.indices),
      values: values, means: means)
  }

  private func distance(_ change: (inout [Float]) -> Void) throws -> Double {
    var values = Self.values
    change(&values)
    return try Self.tap().distance(of: Tensor(try #require(Shape([1, 2, 5, 6])), values))
  }

  @Test func equalIsZero() throws {
    #expect(try distance { _ in } == 0)
  }

  @Test func itIsRelativeToWhatVariesInAChannel() throws {
    // The variance of 0…10 is 10, whatever the channels' means are.
    let shift: Float = 0.001
    let moved = try distance { values in for index in values.indices { values[index] += shift } }
    #expect(abs(moved - 0.001 / 10.0.squareRoot()) < 2e-5)
  }

  @Test(arguments: [0, 29, 30, 59]) func oneValueShows(place: Int) throws {
    #expect(try distance { $0[place] += 1 } > 0.01)
  }

  @Test(arguments: [Float.nan, .infinity]) func whatIsNoNumberIsFar(value: Float) throws {
    #expect(try distance { $0[3] = value } == .infinity)
  }

  @Test func anotherShapeIsFar() throws {
    let turned = try Tensor(try #require(Shape([1, 2, 6, 5])), Self.values)
    #expect(try Self.tap().distance(of: turned) == .infinity)
  }

  @Test func aConstantReferenceIsRefused() throws {
    let constant = try Self.tap((0..<60).map { $0 < 30 ? 3 : -2 })
    #expect(constant.variation == 0)
    let itself = try Tensor(constant.shape, constant.values)
    #expect(constant.distance(of: itself) == .infinity)
  }

  @Test func positionsAreOrderedAndWithin() {
    for count in [1, 4095, 4096, 4097, 435_589] {
      let positions = ParityReference.positions(seed: 1, of: "tap", count: count)
      #expect(positions.count == min(count, ParityReference.limit))
      #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
      #expect(positions.allSatisfy { (0..<count).contains($0) })
    }
  }
}
