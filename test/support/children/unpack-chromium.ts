/**
 * Unpacks the Chromium of its npm package with its fonts and libraries into the temporary folder. That folder, and
 * whether the libraries come too, is told to the package by the environment: hence a process of its own.
 */
import chromium from '@sparticuz/chromium';

await chromium.executablePath();
