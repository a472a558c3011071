import Tensors

/// How convolutions take in the beginning of their epilogue.
extension KernelCall {
  /// The epilogue's parameters of those that a kernel is prepared with.
  func epilogueParameters(_ parameters: [Tensor]) -> [Tensor] {
    Array(parameters[call.parameters.count...])
  }

  /// What weights are scaled by and sums begin with, a number an output channel: the convolution's
  /// bias, then the epilogue's leading stages, as far as they are affine.
  func folded(_ parameters: [Tensor]) -> (scale: [Double], bias: [Double]) {
    let channels = call.output.c
    let (scale, offset, _) = epilogue.foldingAffine(
      epilogueParameters(parameters), channels: channels)
    let hasBias = call.parameters.count > 1
    let bias = (0..<channels).map { channel in
      let own = hasBias ? Double(parameters[1].withSpan { $0[channel] }) : 0
      return scale[channel] * own + offset[channel]
    }
    return (scale, bias)
  }

  /// The call with what is left of its epilogue.
  func with(_ epilogue: Epilogue) -> KernelCall {
    KernelCall(call, epilogue: epilogue, inputs: inputs, output: output)
  }
}
