import IR
import Runtime
import Tensors
import Testing

@Test func generatorAndHashGivePublishedValues() {
  var zero = SplitMix64(seed: 0)
  #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
  #expect(zero.next() == 0x6E78_9E6A_A1B9_65F4)
  #expect(zero.next() == 0x06C4_5D18_8009_454F)
  var other = SplitMix64(seed: 1_234_567)
  #expect(other.next() == 6_457_827_717_110_365_317)
  #expect(other.next() == 3_203_168_211_198_807_973)
  #expect(fnv1a64("") == 0xCBF2_9CE4_8422_2325)
  #expect(fnv1a64("a") == 0xAF63_DC4C_8601_EC8C)
  #expect(fnv1a64("foobar") == 0x8594_4171_F739_67E8)
}

@Test func weightsHaveTheirRanges() throws {
  var network = TestNetwork()
  let image = network.input("image", channels: 4)
  let conv = try network.add("conv", .conv(6), [image], path: "conv")
  let transposed = ConvolutionSpec(
    outputChannels: 8, kernel: Size2(2), stride: Size2(2), groups: 2, transposed: true)
  let up = try network.add("transposed_conv", .convolution(transposed), [conv], path: "up")
  let bn = try network.add("bn", .normalization, [up], path: "bn")
  let pooled = try network.add("avgpool", .globalAverage, [bn])
  let vector = try network.add("flatten", .movement(.flatten), [pooled])
  let dense = Spec.product(ProductSpec(outputFeatures: 40))
  network.output("y", try network.add("dense", dense, [vector], path: "fc"))
  let parameters = network.graph.parameters
  #expect(parameters.map(\.fanIn) == [36, nil, 12, nil, nil, nil, nil, nil, 8, nil])
  let tensors = try randomWeights(parameters, seed: 7)
  #expect(tensors.map(\.shape) == parameters.map(\.shape))
  for (parameter, tensor) in zip(parameters, tensors) {
    let range: ClosedRange<Float>
    if let fanIn = parameter.fanIn {
      let bound = (6 / Float(fanIn)).squareRoot().nextUp
      range = -bound...bound
      #expect(tensor.values.max() ?? 0 > bound / 2)
    } else {
      range = ["weight", "running_var"].contains(parameter.slot) ? 0.5...1.5 : -0.1...0.1
    }
    #expect(tensor.values.allSatisfy { range.contains($0) }, "\(parameter.name)")
    #expect(Set(tensor.values).count > 1)
  }
  #expect(try randomWeights(parameters, seed: 7).map(\.values) == tensors.map(\.values))
  #expect(try randomWeights(parameters, seed: 8)[0].values != tensors[0].values)
}

@Test func inputsFollowTheirStream() throws {
  let shape = try #require(Shape(1, 1, 1, 3))
  let input = try randomInput(name: "image", shape: shape, seed: 5)
  var stream = SplitMix64(seed: 5 ^ fnv1a64("input:image"))
  for value in input.values {
    let u = Double(stream.next() >> 40) / 16_777_216
    #expect(value == Float(-1 + 2 * u))
  }
  // Computed by Tests/Oracle/random_weights.py.
  let known = try randomInput(name: "image", shape: shape, seed: 7)
  #expect(known.values == [0.39389121532440186, 0.8179278373718262, 0.34854447841644287])
}
