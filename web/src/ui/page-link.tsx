import { Anchor, type AnchorProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Props = AnchorProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps>;

/** A link to a page of ours, as links look in text: where to, and with what, is checked by the compiler. */
export const PageLink = createLink(({ ref, ...props }: Props & { ref?: Ref<HTMLAnchorElement> }) => (
  <Anchor {...props} {...(ref && { ref })} />
));
