import { NumberInput, type NumberInputProps } from '@mantine/core';

/** An amount of money that somebody types, to the cent unless said otherwise. */
export const AudInput = (props: NumberInputProps) => (
  <NumberInput
    label="Amount in AUD"
    prefix="$"
    thousandSeparator=","
    decimalScale={2}
    allowNegative={false}
    {...props}
  />
);
