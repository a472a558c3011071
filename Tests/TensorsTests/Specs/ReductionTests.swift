import Foundation
import Testing

import Tensors

@Suite struct ReductionTests {
  @Test func softmax() throws {
    let input = try map(3, 1, 2, [0, 1000, 0, 1000, Float(log(2.0)), -1000])
    let result = try run(.reduction(.softmax), [input]).values
    let expected: [Float] = [0.25, 0.5, 0.25, 0.5, 0.5, 0]
    #expect(zip(result, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func argmaxTakesTheFirstLargest() throws {
    let input = try map(3, 1, 4, [1, 5, 2, 0, 3, 5, .nan, 0, 3, 4, .nan, -1])
    let result = try run(.reduction(.argmax), [input])
    #expect(result.values == [1, 0, 1, 0])
    #expect(result.shape.dimensions == [1, 1, 1, 4])
    let inferred = try ReductionSpec.argmax.infer([symbolicMap])
    #expect(inferred.type.kind == .labels(height: .symbol(.height), width: .symbol(.width)))
    let vector = TensorType(channels: 1_000, kind: .vector)
    #expect(try ReductionSpec.argmax.infer([vector]).type.kind == .label)
    #expect(throws: SpecError.self) { try ReductionSpec.softmax.infer([inferred.type]) }
  }

  private func quotients(_ a: [Float], _ b: [Float]) -> [Float] {
    zip(a, b).map { $0 / $1 }
  }

  private func normalized(
    _ input: Tensor, _ normalization: ResponseNormalization
  ) throws -> [Float] {
    try run(.reduction(.responseNormalization(normalization)), [input]).values
  }

  @Test func responseAcrossChannels() throws {
    let input = try map(4, 1, 1, [1, 2, 3, 4])
    let caffe = try normalized(input, ResponseNormalization(size: 3, alpha: 3, beta: 1, k: 1))
    #expect(caffe == quotients([1, 2, 3, 4], [6, 15, 30, 26]))
    let paper = try normalized(
      input, ResponseNormalization(size: 3, alpha: 1, beta: 0.5, k: 0, scaling: .paper))
    #expect(
      paper.enumerated().allSatisfy {
        let sums = [5.0, 14, 29, 25]
        return abs(Double($1) - Double($0 + 1) / sums[$0].squareRoot()) < 1e-6
      })
    // an even window has its extra channel before, as PyTorch's
    let even = try normalized(input, ResponseNormalization(size: 2, alpha: 2, beta: 1, k: 1))
    #expect(even == quotients([1, 2, 3, 4], [2, 6, 14, 26]))
  }

  @Test func responseWithinChannels() throws {
    let input = try counting(1, 1, 3, 3)
    let result = try normalized(
      input, ResponseNormalization(size: 3, alpha: 9, beta: 1, k: 1, acrossChannels: false))
    #expect([result[4], result[0]] == quotients([5, 1], [286, 47]))
    let spec = ReductionSpec.responseNormalization(
      ResponseNormalization(size: 3, alpha: 1, beta: 1, acrossChannels: false))
    #expect(spec.window?.kernel == Size2(3))
  }
}
