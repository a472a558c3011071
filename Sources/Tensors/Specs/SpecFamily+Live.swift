extension SpecFamily {
  /// Multiply-adds of the taps that read the map, where a convolution's window leaves it; nil past
  /// 64 bits.
  package func liveMultiplyAdds(inputs: [Shape], output: Shape) -> Int? {
    guard let all = multiplyAdds(inputs: inputs, output: output), all > 0,
      let window, live(inputs: inputs, output: output) != nil
    else { return multiplyAdds(inputs: inputs, output: output) }
    let rows = window.axis(.height, input: inputs[0].h, output: output.h)
    let columns = window.axis(.width, input: inputs[0].w, output: output.w)
    // The count is a multiple of positions times taps, each with the same products.
    let products = all / (output.h * output.w) / (rows.kernel * columns.kernel)
    return product([products, rows.liveTaps, columns.liveTaps])
  }
}
