import Foundation
import TestSupport
import Testing

import Tensors

@Suite struct AttentionTests {
  /// Against the definition, with maps of different sizes for queries and keys.
  @Test(arguments: [AttentionSpec.Normalize.softmax, .count, .reluCount])
  func agreesWithTheDefinition(normalize: AttentionSpec.Normalize) throws {
    var random = RandomNumbers(seed: 31)
    for combine in [AttentionSpec.Combine.product, .add] {
      let channels = combine == .add ? 1 : 3
      let spec = AttentionSpec(scale: 0.25, normalize: normalize, combine: combine)
      let q = try random.tensor(Shape(2, channels, 2, 3)!)
      let k = try random.tensor(Shape(2, channels, 2, 2)!)
      let v = try random.tensor(Shape(2, 5, 2, 2)!)
      let result = try run(.attention(spec), [q, k, v])
      #expect(result.shape.dimensions == [2, 5, 2, 3])
      var expected: [Float] = []
      for (n, c) in cells(2, 5) {
        for (y, x) in cells(2, 3) {
          var scores = cells(2, 2).map { h, w in
            0.25
              * (0..<channels).reduce(0.0) {
                let (a, b) = (Double(q[n, $1, y, x]), Double(k[n, $1, h, w]))
                return $0 + (combine == .add ? a + b : a * b)
              }
          }
          switch normalize {
          case .softmax:
            let total = scores.reduce(0) { $0 + exp($1) }
            scores = scores.map { exp($0) / total }
          case .count: scores = scores.map { $0 / 4 }
          case .reluCount: scores = scores.map { max($0, 0) / 4 }
          }
          let values = cells(2, 2).map { Double(v[n, c, $0, $1]) }
          expected.append(Float(zip(scores, values).reduce(0) { $0 + $1.0 * $1.1 }))
        }
      }
      #expect(result.distance(to: expected) < 1e-5)
    }
  }

  @Test func typesAndCost() throws {
    let spec = AttentionSpec()
    let (h, w) = (Extent.symbol(.height), Extent.symbol(.width))
    let half = try h.floorDivided(by: 2)
    let inferred = try spec.infer([.map(8, h, w), .map(8, half, w), .map(16, half, w)])
    #expect(inferred == Inferred(.map(16, h, w)))
    #expect(throws: SpecError.channelsDiffer(8, 4)) {
      try spec.infer([.map(8, h, w), .map(4, h, w), .map(16, h, w)])
    }
    #expect(throws: SpecError.channels(expected: 1, found: 8)) {
      try AttentionSpec(combine: .add).infer([.map(8, h, w), .map(8, h, w), .map(16, h, w)])
    }
    let shapes = [Shape(1, 8, 4, 5)!, Shape(1, 8, 2, 5)!, Shape(1, 16, 2, 5)!]
    #expect(try Call.make(.attention(spec), shapes).multiplyAdds == 20 * 10 * 24)
    #expect(spec.reach == .global)
  }
}
