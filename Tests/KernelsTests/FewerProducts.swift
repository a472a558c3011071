import Tensors
import TestSupport
import Testing

@testable import Kernels

/// What convolutions by fewer products than there are taps have to hold, against the definition.
enum FewerProducts {
  /// Every number within its bound, and the whole within a relative distance of 1e-5.
  static func requireNear(
    _ result: [Float], _ expected: [Float], bounds: [Double], _ what: String
  ) throws {
    var (distance, size) = (0.0, 0.0)
    for place in result.indices {
      let off = Double(result[place]) - Double(expected[place])
      try #require(off.magnitude <= bounds[place], "\(what), at \(place)")
      distance += off * off
      size += Double(expected[place]) * Double(expected[place])
    }
    try #require(
      distance.squareRoot() <= 1e-5 * size.squareRoot(),
      "\(what): relative L2 \((distance / size).squareRoot())")
  }

  /// Stages follow, whether weights take them in, tiles or a stage of its own, and the result is
  /// written over one of the maps that they read.
  static func requireEpilogues(
    _ kernels: [any KernelImplementation], seed: UInt64,
    call: (inout RandomNumbers) -> Call?, tensors: (Call, inout RandomNumbers) throws -> [Tensor]
  ) throws {
    var random = RandomNumbers(seed: seed)
    for index in 0..<RandomConvolution.count / 4 {
      guard let call = call(&random) else { continue }
      var tensors = try tensors(call, &random)
      let convolution = RandomConvolution(&random)
      let (epilogue, inputs, parameters) = try convolution.epilogue(of: call, &random)
      tensors.insert(contentsOf: inputs, at: 1)
      tensors += parameters
      var trial = KernelTrial(
        call: call, epilogue: epilogue, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let expected = try trial.expected(tensors)
      if index % 4 == 0 && epilogue.inputs.last == call.output {
        trial.overwritten = epilogue.inputs.count
      }
      for kernel in kernels {
        guard let result = try trial.run(kernel, tensors) else { continue }
        #expect((result.second == nil) == (expected.second == nil))
        for (ours, theirs) in [(result.result, expected.result)]
          + [(result.second, expected.second)]
          .compactMap({ a, b in a.flatMap { a in b.map { (a, $0) } } })
        {
          for (a, b) in zip(ours, theirs) {
            // Stages multiply by at most 2 each.
            try #require(
              (a - b).magnitude <= 2e-3 + 1e-5 * b.magnitude,
              "\(kernel.name), case \(index): \(call), \(epilogue)")
          }
        }
      }
    }
  }
}
