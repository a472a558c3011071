/// What a network that is right may still not be meant to do; one function a lint.
package func lint(_ context: LintContext) -> [LintFinding] {
  var findings: [LintFinding] = []
  // Parameters and work that read padding only.
  findings += deadTaps(context)
  // Cells that no position of a series of atrous layers reads.
  findings += griddingHoles(context)
  // Sides that have one size and lie beside each other in the image.
  findings += misalignedSides(context)
  // A grid that moves by a pixel from one image size to the next.
  findings += sizeParity(context)
  // Rows and columns of a map that no bin of a pyramid reads.
  findings += unreadCells(context)
  // Numbers that the layer behind takes away again.
  findings += redundantBias(context)
  // Layers whose weights are asked for and never used.
  findings += unusedValues(context)
  // Factors that the sizes do not follow.
  findings += inexactFactors(context)
  return findings
}
