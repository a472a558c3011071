import IR
import NetC
import Planning
import Runtime
import Tensors
import Testing

struct Refused: Error {
  let reason: String
}

extension OracleRecord {
  /// The network's own numbers for this record.
  func compute() throws -> (shape: [Int], values: [Float]) {
    let compilation = Compilation(path: "\(name).net", bytes: Array(text.utf8)) { _ in nil }
    guard let checked = compilation.checked else {
      throw Refused(reason: compilation.rendered(compilation.diagnostics))
    }
    let sizes = Sizes(
      height: height, width: width, batch: batch, windows: max(1, windows.count / 4))
    let plan = try plan(checked, at: sizes, outputs: [output])
    let weights = try randomWeights(checked.graph.parameters, seed: seed)
    let inputs = try plan.inputs.map { port in
      port.name == "w"
        ? try Tensor(port.shape, windows)
        : try randomInput(name: port.name, shape: port.shape, seed: seed)
    }
    let result = try Executable(plan, weights: weights).run(inputs)[0]
    return (result.shape.dimensions, result.values)
  }

  /// Relative L2 distance to the stored output; infinite where the shapes differ.
  func distance() throws -> Double {
    let (shape, values) = try compute()
    guard shape == self.shape, values.count == expected.count else { return .infinity }
    var difference = 0.0
    var norm = 0.0
    for (value, reference) in zip(values, expected) {
      difference += (Double(value) - Double(reference)) * (Double(value) - Double(reference))
      norm += Double(reference) * Double(reference)
    }
    // A comparison with NaN is false, so it must not read as a small distance.
    let distance = (difference / norm).squareRoot()
    return distance.isFinite ? distance : .infinity
  }
}

/// Relative L2 bound for networks of a few layers in float32 storage with double sums.
private let bound = 1e-5

@Suite struct OracleTests {
  @Test func everyRecordIsThere() {
    #expect(OracleRecord.all.count == 200)
  }

  @Test(arguments: OracleRecord.all)
  func agreesWithPyTorchAndNumpy(_ record: OracleRecord) throws {
    let distance = try record.distance()
    #expect(distance <= bound, "\(record.name) is \(distance) away\n\(record.text)")
  }

  /// References that any output would meet prove nothing.
  @Test(arguments: OracleRecord.all)
  func referenceIsNotVacuous(_ record: OracleRecord) {
    let zeros = record.expected.count(where: { $0 == 0 })
    #expect(Double(zeros) <= 0.7 * Double(record.expected.count))
    let isLabels = record.text.contains("argmax")
    #expect(Set(record.expected).count >= (isLabels ? 4 : 10))
  }
}

/// A slip planted into a network's text must show.
@Suite struct PlantedSlipTests {
  struct Slip: Sendable {
    let name: String
    let pattern: String
    let replacement: String
  }

  static let slips = [
    Slip(name: "rate", pattern: "rate=2 ", replacement: "rate=1 "),
    Slip(name: "pad", pattern: "pad=1 ", replacement: "pad=(0, 2, 0, 2) "),
    Slip(name: "eps", pattern: "eps=0.1 ", replacement: "eps=1e-5 "),
    Slip(name: "grid", pattern: "align_corners=yes", replacement: "align_corners=no"),
  ]

  @Test(arguments: slips.map(\.name))
  func fails(_ name: String) throws {
    let slip = try #require(Self.slips.first { $0.name == name })
    let candidates = OracleRecord.all.filter { $0.text.contains(slip.pattern) }.prefix(8)
    #expect(candidates.count >= 3, "too few networks to plant a wrong \(name) in")
    var caught = 0
    for record in candidates {
      let text = record.text.replacing(slip.pattern, with: slip.replacement)
      let distance = (try? record.with(text: text).distance()) ?? .infinity
      if distance > bound { caught += 1 }
    }
    // A rate on a 1x1 kernel and the like change nothing; most must be caught.
    #expect(caught * 2 > candidates.count, "\(caught) of \(candidates.count)")
    #expect(caught >= 2)
  }
}
